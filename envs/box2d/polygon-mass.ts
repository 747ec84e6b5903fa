/**
 * Mass, centre and moment of inertia of a homogeneous polygon, from sums over its edges.
 *
 * With c_i = x_i y_{i+1} − x_{i+1} y_i:  A = ½ Σ c_i,  centre = (1/(6A)) Σ (p_i + p_{i+1}) c_i,
 * I about the origin = (ϱ/12) Σ c_i (p_i·p_i + p_i·p_{i+1} + p_{i+1}·p_{i+1}).
 *
 * *Source:* Green's theorem; textbook formulas for the second moment of area of a polygon.
 * *Deviations:* none. planck 1.4.2 adds a wrong component to the centre of a polygon, which is why bodies get these numbers.
 */
export type Point = Readonly<{ x: number; y: number }>
/** `I` is about the origin of the body, as Box2D wants it. */
export type PolygonMass = Readonly<{ mass: number; center: Point; I: number }>

/** Mass data of a polygon with counter-clockwise or clockwise `vertices` (m) and `density` (kg/m²). */
export const polygonMass = (vertices: readonly Point[], density: number): PolygonMass => {
  let twiceArea = 0
  let sumX = 0
  let sumY = 0
  let second = 0
  vertices.forEach((a, i) => {
    const b = vertices[(i + 1) % vertices.length]
    const cross = a.x * b.y - b.x * a.y
    twiceArea += cross
    sumX += (a.x + b.x) * cross
    sumY += (a.y + b.y) * cross
    second += cross * (a.x * a.x + a.x * b.x + b.x * b.x + a.y * a.y + a.y * b.y + b.y * b.y)
  })
  const turn = Math.sign(twiceArea)
  return {
    mass: (density * turn * twiceArea) / 2,
    center: { x: sumX / (3 * twiceArea), y: sumY / (3 * twiceArea) },
    I: (density * turn * second) / 12,
  }
}
