// Where the device says it is.
const PATIENCE_MS = 20_000 // for the first fix of a telephone that was off
const FRESH_MS = 15_000

/** {lonlat, accuracy (metres), at} or null; kept as app.here for the order of lists. */
export function here(app) {
  return new Promise((found) => {
    if (!globalThis.navigator?.geolocation) return found(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        app.here = { lonlat: [coords.longitude, coords.latitude], accuracy: coords.accuracy, at: new Date(timestamp).toISOString() }
        found(app.here)
      },
      () => found(null),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: FRESH_MS },
    )
  })
}
