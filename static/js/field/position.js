// Where the device says it is.
const PATIENCE_MS = 20_000 // for the first fix of a telephone that was off
const FRESH_MS = 15_000

/** {lonlat, accuracy (metres), at} or null; kept as app.here for the order of lists. Asked anew if older than `age_ms`. */
export function here(app, age_ms = FRESH_MS) {
  return new Promise((found) => {
    if (!globalThis.navigator?.geolocation) return found(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        app.here = { lonlat: [coords.longitude, coords.latitude], accuracy: coords.accuracy, at: new Date(timestamp).toISOString() }
        found(app.here)
      },
      () => found(null),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: age_ms },
    )
  })
}

/** The same where the person has said yes before: a page that has just opened asks nobody. */
export async function hereIfAllowed(app) {
  try {
    const { state } = await navigator.permissions.query({ name: 'geolocation' })
    return state === 'granted' ? await here(app) : null
  } catch {
    return null // a browser that cannot say
  }
}
