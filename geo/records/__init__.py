"""The store-room: one file per noun, its tables and its SQL."""
