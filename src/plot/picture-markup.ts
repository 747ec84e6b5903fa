/**
 * Pictures of states as pieces of SVG, to be set into a figure.
 *
 * Everything is in attributes, as in all figures; shapes are cut at the window by calculation. Lines keep their thickness at any size.
 *
 * *Source:* W3C SVG 1.1 (2nd edition). *Deviations:* none.
 */
import { isFiniteShape } from '../core/picture-frame.ts'
import type { Bounds, Picture, Point, Ruler, Shape, Tone, View } from '../core/picture.ts'
import { clipped } from './clip.ts'
import { fitted, INK, textWidth } from './style.ts'
import { coordinate, textAt } from './xml-text.ts'

type Look = Readonly<{ fill: string; edge: string; opacity?: number }>

/** How tones look: the colours of the figures, each with a darker one for edges and lines. */
const LOOKS: Readonly<Record<Tone, Look>> = {
  ground: { fill: '#e4dfd3', edge: '#8d8674' },
  structure: { fill: '#c9c9c9', edge: '#7d7d7d' },
  body: { fill: '#0072b2', edge: '#00456b' },
  limb: { fill: '#56b4e9', edge: '#1f6f9f' },
  farLimb: { fill: '#a9cfe6', edge: '#6c97b3' },
  joint: { fill: '#3a3a3a', edge: '#1b1b1b' },
  goal: { fill: '#009e73', edge: '#00704f' },
  object: { fill: '#e69f00', edge: '#875d00' },
  thrust: { fill: '#d55e00', edge: '#a84a00' },
  sense: { fill: '#aa4499', edge: '#aa4499', opacity: 0.45 },
}

const SKY = '#f8fafc'
const FRAME = '#c8ccd0'
const EDGE = 0.8

/** From the world into the figure. */
type Placing = Readonly<{ x(value: number): number; y(value: number): number; scale: number }>

const pathOf = (points: readonly Point[], { x, y }: Placing): string =>
  `M${points.map(([px, py]) => `${coordinate(x(px))},${coordinate(y(py))}`).join('L')}`

const shapeMarkup = (shape: Shape, placing: Placing): string => {
  const { fill, edge, opacity = 1 } = LOOKS[shape.tone]
  const faint = opacity === 1 ? '' : ` stroke-opacity="${opacity}"`
  const ink = `fill="${fill}" stroke="${edge}" stroke-width="${EDGE}"`
  const { x, y, scale } = placing
  switch (shape.kind) {
    case 'line':
      return `<path d="${pathOf(shape.points, placing)}" fill="none" stroke="${edge}" stroke-width="1.2"${faint}/>`
    case 'polygon':
      return `<path d="${pathOf(shape.points, placing)}Z" ${ink} stroke-linejoin="round"/>`
    case 'circle':
      return `<circle cx="${coordinate(x(shape.centre[0]))}" cy="${coordinate(y(shape.centre[1]))}" r="${coordinate(shape.radius * scale)}" ${ink}/>`
    case 'capsule': {
      const d = `${pathOf([shape.from, shape.to], placing)}`
      const wide = 2 * shape.radius * scale
      // a wide line under a narrower one: an edge all around, whatever the length
      return [
        `<path d="${d}" fill="none" stroke="${edge}" stroke-width="${coordinate(wide + EDGE)}" stroke-linecap="round"/>`,
        `<path d="${d}" fill="none" stroke="${fill}" stroke-width="${coordinate(Math.max(0.4, wide - EDGE))}" stroke-linecap="round"/>`,
      ].join('')
    }
  }
}

const SMALL = 8
const numberLook = `fill="${INK.faint}" font-size="${SMALL}"`
/** Free pixels between the numbers of a ruler. */
const NUMBER_GAP = 8

/** Multiples of `every` in [low, high]. */
const multiples = (low: number, high: number, every: number): readonly number[] => {
  const from = Math.ceil(low / every)
  return Array.from({ length: Math.max(0, Math.floor(high / every) - from + 1) }, (_, i) => Number(((from + i) * every).toPrecision(12)))
}

const MOST_TICKS = 60

const ticksOf = (ruler: Ruler, low: number, high: number): readonly number[] =>
  (high - low) / ruler.every > MOST_TICKS ? [] : multiples(low, high, ruler.every)

/** The numbers of a ruler on one base line, as many as there is room for. */
const numbersMarkup = (ruler: Ruler, { left, right }: Bounds, { x }: Placing, baseline: number): string => {
  const textOf = (tick: number): string => `${tick} ${ruler.unit}`.replace('-', '\u2212')
  const ticks = ticksOf(ruler, left, right)
  const widest = Math.max(0, ...ticks.map((tick) => textWidth(textOf(tick), SMALL)))
  const spacing = x(left + ruler.every) - x(left)
  const stride = Math.ceil((widest + NUMBER_GAP) / spacing)
  return ticks
    .filter((tick) => Math.round(tick / ruler.every) % stride === 0 && x(tick) - widest / 2 > x(left) && x(tick) + widest / 2 < x(right))
    .map((tick) => textAt(textOf(tick), x(tick), baseline, `${numberLook} text-anchor="middle"`))
    .join('')
}

const lineMarkup = (d: string, colour: string): string => (d === '' ? '' : `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${EDGE}"/>`)

/** The grid on a floor, which everything else stands on. */
const floorMarkup = (ruler: Ruler, { left, right, bottom, top }: Bounds, { x, y }: Placing): string => {
  const across = ticksOf(ruler, bottom, top).map((row) => `M${coordinate(x(left))},${coordinate(y(row))}H${coordinate(x(right))}`)
  const along = ticksOf(ruler, left, right).map((tick) => `M${coordinate(x(tick))},${coordinate(y(bottom))}V${coordinate(y(top))}`)
  return lineMarkup([...across, ...along].join(''), INK.grid)
}

/** Marks and numbers in the ground, or the numbers of a floor along the lower edge of the window. */
const rulerMarkup = (ruler: Ruler, seen: Bounds, placing: Placing): string => {
  const { x, y } = placing
  const edge = y(seen.bottom)
  if (ruler.kind === 'floor') return numbersMarkup(ruler, seen, placing, edge - 3)
  const level = y(ruler.height)
  if (level > edge || level < y(seen.top)) return ''
  const marks = ticksOf(ruler, seen.left, seen.right).map((tick) => `M${coordinate(x(tick))},${coordinate(level)}v${coordinate(Math.min(4, edge - level))}`)
  const numbers = edge - level < SMALL + 4 ? '' : numbersMarkup(ruler, seen, placing, level + SMALL + 4)
  return lineMarkup(marks.join(''), LOOKS.ground.edge) + numbers
}

/** The views that have a window; one that is not open has nothing to show. */
const openViews = ({ views }: Picture): readonly View[] =>
  views.filter(({ bounds: { left, right, bottom, top } }) => right - left > 0 && top - bottom > 0 && right - left < Infinity && top - bottom < Infinity)

/** Width to height of a view. */
const formOf = ({ bounds: { left, right, bottom, top } }: View): number => (right - left) / (top - bottom)

/** A place in a figure, in pixels. */
export type Place = Readonly<{ left: number; top: number; width: number; height: number }>

/** `view` in a frame at `place`; a window of another form is widened to it. */
const viewMarkup = (view: View, { left, top, width, height }: Place): string => {
  const { bounds, ruler, scenery, shapes } = view
  const scale = Math.min(width / (bounds.right - bounds.left), height / (bounds.top - bounds.bottom))
  const [middle, centre] = [(bounds.left + bounds.right) / 2, (bounds.bottom + bounds.top) / 2]
  const seen: Bounds = {
    left: middle - width / scale / 2,
    right: middle + width / scale / 2,
    bottom: centre - height / scale / 2,
    top: centre + height / scale / 2,
  }
  const placing: Placing = { x: (value) => left + (value - seen.left) * scale, y: (value) => top + (seen.top - value) * scale, scale }
  const drawn = (all: readonly Shape[]): string =>
    all
      .filter(isFiniteShape)
      .flatMap((shape) => clipped(shape, seen))
      .map((shape) => shapeMarkup(shape, placing))
      .join('')
  const frame = `x="${coordinate(left)}" y="${coordinate(top)}" width="${coordinate(width)}" height="${coordinate(height)}"`
  return [
    `<rect ${frame} fill="${SKY}"/>`,
    ruler?.kind === 'floor' ? floorMarkup(ruler, seen, placing) : '',
    drawn(scenery),
    ruler === null ? '' : rulerMarkup(ruler, seen, placing),
    drawn(shapes),
    `<rect ${frame} fill="none" stroke="${FRAME}"/>`,
  ].join('')
}

const GAP = 4
const TITLE_HEIGHT = 11

/** Where the views of a picture stand in a box of some width: beside each other where they are tall, otherwise one below the other. */
const layout = (views: readonly View[], width: number): Readonly<{ places: readonly Place[]; height: number }> => {
  const forms = views.map(formOf)
  const head = views.length > 1 ? TITLE_HEIGHT : 0
  if (views.length > 1 && forms.every((form) => form < 1)) {
    const height = (width - GAP * (views.length - 1)) / forms.reduce((sum, form) => sum + form, 0)
    const lefts = forms.map((_, i) => forms.slice(0, i).reduce((sum, form) => sum + form * height + GAP, 0))
    return { places: forms.map((form, i) => ({ left: lefts[i], top: head, width: form * height, height })), height: head + height }
  }
  let from = 0
  const places = forms.map((form): Place => {
    const place = { left: 0, top: from + head, width, height: width / form }
    from += head + place.height + GAP
    return place
  })
  return { places, height: Math.max(0, from - GAP) }
}

/** The height of `picture` drawn `width` pixels wide. */
export const pictureHeight = (picture: Picture, width: number): number => layout(openViews(picture), width).height

/** `picture` at (left, top), `width` pixels wide. */
export const pictureMarkup = (picture: Picture, left: number, top: number, width: number): string => {
  const views = openViews(picture)
  const { places } = layout(views, width)
  return views
    .map((view, i) => {
      const place = { ...places[i], left: left + places[i].left, top: top + places[i].top }
      return (view.title === '' || places.length === 1 ? '' : textAt(fitted(view.title, place.width, SMALL), place.left, place.top - 3, numberLook)) + viewMarkup(view, place)
    })
    .join('')
}
