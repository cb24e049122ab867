// What a map of 届きにくさ draws: areas by who is out of reach, what is within reach lit, what nobody knows hatched.

/** The classes of an area: how dark it is, and whether too much of it is unknown. */
export function areaClass(id, { steps, hatched }) {
  return hatched.includes(id) ? 'gap-area gap-unknown' : `gap-area gap-step-${steps[id] ?? 'none'}`
}

/** Everything outside a lon-lat shape, as a Leaflet polygon with holes. */
export function outside({ type, coordinates }) {
  const parts = type === 'Polygon' ? [coordinates] : coordinates
  const holes = parts.map(([ring]) => ring.map(([lon, lat]) => [lat, lon]))
  return [[[-85, 0], [-85, 360], [85, 360], [85, 0]], ...holes]
}

/**
 * From the bottom: areas, what is within reach, the practical limit, where the streets' data end.
 *
 * @returns {{shade: function}} shade({steps, hatched}) colours the areas anew
 */
export function drawGaps(L, map, { districts, gaps }) {
  const layer = (name, zIndex, shape, style) => {
    if (!shape) return null
    const pane = map.getPane(name) ?? map.createPane(name)
    pane.style.zIndex = zIndex
    return L.geoJSON(shape, { pane, renderer: L.svg({ pane: name, padding: 0.3 }), interactive: false, style }).addTo(map)
  }
  const areas = layer('gap-areas', 330, districts, ({ properties }) => ({ className: areaClass(properties.id, gaps), weight: 0 }))
  layer('gap-within', 340, gaps.leading ?? gaps.served, () => ({ className: 'gap-within', weight: 3 }))
  layer('gap-within', 340, gaps.practical, () => ({ className: 'gap-practical', weight: 3 }))
  map.createPane('no-data').style.zIndex = 345
  L.polygon(outside(gaps.coverage), { pane: 'no-data', interactive: false, className: 'no-data', weight: 2 }).addTo(map)
  return {
    shade(now) {
      areas.eachLayer((one) => one.getElement()?.setAttribute('class', areaClass(one.feature.properties.id, now)))
    },
  }
}
