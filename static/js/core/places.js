// Where things stand on a map so that they can be read: resources gathered by place, boxes that keep
// apart, a spot inside an area for its name. Pure; drawing is core/map.js and core/marks.js.

/**
 * Resources by place, because one 公民館 holds many: places in the order of their first number,
 * places with a card on this page first.
 *
 * @param {{id: string, number: number|null, lonlat: [number, number]}[]} resources
 * @param {Set<string>} listed ids that have a card on this page
 * @returns {{lonlat: [number, number], resources: object[], listed: boolean}[]}
 */
export function gather(resources, listed) {
  const places = new Map()
  for (const resource of [...resources].sort((a, b) => order(a) - order(b))) {
    const key = resource.lonlat.map((degrees) => degrees.toFixed(5)).join() // 5 decimals are about 1 m
    if (!places.has(key)) places.set(key, { lonlat: resource.lonlat, resources: [], listed: false })
    const place = places.get(key)
    place.resources.push(resource)
    place.listed ||= listed.has(resource.id)
  }
  for (const place of places.values()) {
    place.resources.sort((a, b) => listed.has(b.id) - listed.has(a.id)) // stable: numbers stay in order
  }
  return [...places.values()].sort((a, b) => b.listed - a.listed)
}

const order = (resource) => resource.number ?? Infinity

/**
 * What is written under a mark: '12', '12・13', or '12ほか' when more than two share the place.
 *
 * @param {number[]} numbers
 * @param {string} more '{number}ほか'
 */
export function numbersOf(numbers, more) {
  return numbers.length > 2 ? more.replace('{number}', numbers[0]) : numbers.join('・')
}

/** A box around a point, in pixels. */
export function box(x, y, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 }
}

/**
 * Where boxes may be drawn without covering an earlier one or anything taken already.
 *
 * @param {{left, right, top, bottom}[]} boxes the most important first
 * @param {{left, right, top, bottom}[]} taken
 * @param {number[]} shifts how far down each may move, in the order of preference
 * @returns {(object|null)[]} for each box the box as drawn, or null when it has no room
 */
export function settle(boxes, taken = [], shifts = [0]) {
  const drawn = [...taken]
  return boxes.map((box) => {
    const places = shifts.map((down) => ({ ...box, top: box.top + down, bottom: box.bottom + down }))
    const free = places.find((place) => drawn.every((other) => areApart(place, other))) ?? null
    if (free) drawn.push(free)
    return free
  })
}

function areApart(one, other) {
  return (
    one.right <= other.left || one.left >= other.right ||
    one.bottom <= other.top || one.top >= other.bottom
  )
}

/**
 * The place of the nearest point within a distance, or -1. A finger is wider than a small mark.
 *
 * @param {{x: number, y: number}[]} points pixels
 */
export function nearest(points, { x, y }, within) {
  const far = points.map((point) => Math.hypot(point.x - x, point.y - y))
  const least = Math.min(...far)
  return least <= within ? far.indexOf(least) : -1
}

/**
 * A spot well inside an area, for its name: of a grid of candidates the one farthest from the border.
 *
 * @param {object} geometry GeoJSON Polygon or MultiPolygon, degrees
 * @returns {[number, number]} lon, lat
 */
export function insideSpot(geometry, steps = 14) {
  const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const rings = parts.reduce((widest, part) => (width(part[0]) > width(widest[0]) ? part : widest))
  const [west, east] = span(rings[0], 0)
  const [south, north] = span(rings[0], 1)
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180) // a degree of longitude is shorter
  let best = { distance: -1, spot: [(west + east) / 2, (south + north) / 2] }
  for (let i = 1; i < steps; i++) {
    for (let j = 1; j < steps; j++) {
      const spot = [west + ((east - west) * i) / steps, south + ((north - south) * j) / steps]
      if (!isInside(spot, rings)) continue
      const distance = Math.min(...rings.map((ring) => distanceTo(ring, spot, shrink)))
      if (distance > best.distance) best = { distance, spot }
    }
  }
  return best.spot
}

function span(ring, axis) {
  return ring.reduce(
    ([low, high], point) => [Math.min(low, point[axis]), Math.max(high, point[axis])],
    [Infinity, -Infinity],
  )
}

function width(ring) {
  const [west, east] = span(ring, 0)
  return east - west
}

function isInside([x, y], rings) {
  let inside = false
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i]
      const [bx, by] = ring[j]
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
    }
  }
  return inside
}

function distanceTo(ring, [x, y], shrink) {
  let nearest = Infinity
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1]
    const dx = (ring[i][0] - ax) * shrink
    const dy = ring[i][1] - ay
    const px = (x - ax) * shrink
    const py = y - ay
    const along = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)))
    nearest = Math.min(nearest, Math.hypot(px - along * dx, py - along * dy))
  }
  return nearest
}
