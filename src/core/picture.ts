/**
 * Pictures as data: what a state looks like, in the environment's own units and without a colour.
 *
 * A picture has one view or more (side, top). A view is a window into the world and the shapes seen through it, painted in their order.
 * What a shape is tells its `Tone`; how a tone looks is up to whoever draws. `src/plot/picture-svg.ts` draws them.
 *
 * *Source:* none. *Deviations:* none.
 */

/** A point of a view: to the right, then upwards, in the units of the world (mostly metres). */
export type Point = readonly [x: number, y: number]

/** A window into the world; left < right and bottom < top. */
export type Bounds = Readonly<{ left: number; right: number; bottom: number; top: number }>

/**
 * What a shape is. `ground` and `structure` (rails, walls, tables) carry; `body`, `limb`, `farLimb` (behind the body) and `joint` move;
 * `goal` is to be reached, `object` to be moved; `thrust` is force, `sense` is what is felt from afar.
 */
export type Tone = 'ground' | 'structure' | 'body' | 'limb' | 'farLimb' | 'joint' | 'goal' | 'object' | 'thrust' | 'sense'

/** Lengths are in the units of the world; a capsule is a thick line with round ends, a line has no thickness of its own. */
export type Shape =
  | Readonly<{ kind: 'polygon'; points: readonly Point[]; tone: Tone }>
  | Readonly<{ kind: 'circle'; centre: Point; radius: number; tone: Tone }>
  | Readonly<{ kind: 'capsule'; from: Point; to: Point; radius: number; tone: Tone }>
  | Readonly<{ kind: 'line'; points: readonly Point[]; tone: Tone }>

/**
 * Marks by which motion is seen while the window follows: at multiples of `every` (in `unit`), numbered along the ground at `height`,
 * or as a grid on a floor that is seen from above.
 */
export type Ruler = Readonly<{ kind: 'ground'; height: number; every: number; unit: string }> | Readonly<{ kind: 'floor'; every: number; unit: string }>

/** A window, what stands around (`scenery`, which may reach beyond the window), and what the picture is about, all of it inside. */
export type View = Readonly<{ title: string; bounds: Bounds; ruler: Ruler | null; scenery: readonly Shape[]; shapes: readonly Shape[] }>

/** What a state looks like. All views of an environment keep their order and their titles from state to state. */
export type Picture = Readonly<{ views: readonly View[] }>
