/**
 * A figure as a standalone SVG: title, legend and panels, each panel drawn by Observable Plot on a document of its own.
 *
 * Everything that a viewer needs is in attributes (no style sheet, no id, no reference), so that the same text works as a file, inside
 * a page among other figures, and in a renderer that knows little CSS. Coordinates are rounded to a tenth of a pixel. The same input
 * gives the same bytes.
 *
 * *Source:* W3C SVG 1.1 (2nd edition). *Deviations:* none.
 */
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { fractionOf, spreadApart, type Axis } from './axis.ts'
import { fitted, FONT, FONT_SIZE, INK, textWidth, type Ink } from './style.ts'
import { escaped } from './xml-text.ts'

export type Margin = Readonly<{ top: number; right: number; bottom: number; left: number }>

/** The name of a line, at the end of which it is written: (x, y) on the panel's axes. */
export type EndLabel = Readonly<{ text: string; ink: Ink; x: number; y: number }>

/** A panel at (left, top) of its figure, in pixels; `heading` stands above it. `grid` are the axes whose ticks get a line across. */
export type Panel = Readonly<{
  left: number
  top: number
  width: number
  height: number
  margin: Margin
  x: Axis
  y: Axis
  grid: readonly ('x' | 'y')[]
  heading: string
  marks: readonly Plot.Markish[]
  ends: readonly EndLabel[]
}>

/** An entry of a legend: a stroke of a line, a filled patch, or a dot. */
export type LegendEntry = Readonly<{ kind: 'line' | 'patch' | 'dot'; label: string; ink: Pick<Ink, 'line' | 'dash'>; opacity: number }>

export type Drawing = Readonly<{
  width: number
  height: number
  title: string
  subtitle: string
  legend: readonly LegendEntry[]
  panels: readonly Panel[]
}>

/** Height of what stands above the panels of a figure. */
export const headHeight = (subtitle: string, legend: readonly LegendEntry[]): number =>
  30 + (subtitle === '' ? 0 : 16) + (legend.length === 0 ? 0 : 18)

type Node = Readonly<{
  nodeType: number
  localName: string
  textContent: string | null
  childNodes: Iterable<Node>
  attributes?: Iterable<Readonly<{ name: string; value: string }>>
}>

const GEOMETRY: ReadonlySet<string> = new Set(['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height'])

const rounded = (text: string): string => text.replaceAll(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))))

/** XML of a node: Plot's own style sheet is left out, and what a user wrote cannot leave its place. */
const markup = (node: Node): string => {
  if (node.nodeType === 3) return escaped(node.textContent ?? '')
  if (node.nodeType !== 1 || node.localName === 'style') return ''
  const attributes = [...(node.attributes ?? [])]
    .map(({ name, value }) => ` ${name}="${escaped(GEOMETRY.has(name) ? rounded(value) : value)}"`)
    .join('')
  const content = [...node.childNodes].map(markup).join('')
  return content === '' ? `<${node.localName}${attributes}/>` : `<${node.localName}${attributes}>${content}</${node.localName}>`
}

const text = (content: string, x: number, y: number, attributes: string): string => `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`

const LEADER = 16
const LABEL_GAP = FONT_SIZE + 3
const MOST_LABEL_WIDTH = 230

/** The margin that labels at the ends of lines need to the right of a panel. */
export const labelMargin = (labels: readonly string[]): number =>
  labels.length === 0 ? 14 : Math.ceil(Math.min(MOST_LABEL_WIDTH, Math.max(...labels.map((label) => textWidth(label)))) + LEADER + 6)

/** The height that `count` labels need. */
export const labelsHeight = (count: number): number => count * LABEL_GAP

/** Names at the height of their lines' ends, moved apart where they would cover each other, each tied to its line. */
const endsMarkup = ({ ends, x, y, left, top, width, height, margin }: Panel): string => {
  const [plotWidth, plotHeight] = [width - margin.left - margin.right, height - margin.top - margin.bottom]
  const heights = ends.map((end) => (1 - fractionOf(y, end.y)) * plotHeight)
  const places = spreadApart(heights, LABEL_GAP, 4, plotHeight - 4)
  const [x0, y0] = [left + margin.left, top + margin.top]
  const edge = x0 + plotWidth
  return ends
    .map(({ text: label, ink, x: at }, i) => {
      const from = x0 + fractionOf(x, at) * plotWidth
      const end = (y0 + heights[i]).toFixed(1)
      const tie = `M${from.toFixed(1)},${end}L${edge},${end}L${edge + LEADER - 4},${(y0 + places[i]).toFixed(1)}`
      const place = `x="${edge + LEADER}" y="${(y0 + places[i] + FONT_SIZE * 0.36).toFixed(1)}" fill="${ink.text}"`
      const name = `<text ${place}>${escaped(fitted(label, MOST_LABEL_WIDTH))}</text>`
      return `<path d="${tie}" fill="none" stroke="${ink.line}" stroke-width="0.8" stroke-opacity="0.6"/>${name}`
    })
    .join('')
}

const scaleOf = ({ low, high, scale }: Axis): Plot.ScaleOptions => ({ type: scale, domain: [low, high], axis: null, nice: false })

const TICK = { tickSize: 4, tickPadding: 4, fontSize: FONT_SIZE, label: null } as const

const panelMarkup = (document: Document, panel: Panel): string => {
  const { left, top, width, height, margin, x, y, grid, heading, marks } = panel
  const drawn = Plot.plot({
    document,
    className: 'p',
    width,
    height,
    marginTop: margin.top,
    marginRight: margin.right,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    x: scaleOf(x),
    y: scaleOf(y),
    marks: [
      ...(grid.includes('x') ? [Plot.gridX([...x.ticks], { stroke: INK.grid, strokeOpacity: 1 })] : []),
      ...(grid.includes('y') ? [Plot.gridY([...y.ticks], { stroke: INK.grid, strokeOpacity: 1 })] : []),
      ...marks,
      Plot.axisX([...x.ticks], { ...TICK, tickFormat: x.format, stroke: INK.axis, fill: INK.text, insetTop: 0 }),
      Plot.axisY([...y.ticks], { ...TICK, tickFormat: y.format, stroke: INK.axis, fill: INK.text }),
      Plot.ruleY([y.low], { stroke: INK.axis }),
    ],
  }) as unknown as Node
  const words = [
    ...(heading === '' ? [] : [text(fitted(heading, width - margin.right, 12), left, top + margin.top - 28, 'font-size="12" font-weight="bold"')]),
    ...(y.label === '' ? [] : [text(fitted(y.label, width), left, top + margin.top - 13, `fill="${INK.faint}"`)]),
    ...(x.label === ''
      ? []
      : [text(x.label, left + (margin.left + width - margin.right) / 2, top + height - 4, `fill="${INK.faint}" text-anchor="middle"`)]),
  ]
  const plot = [...drawn.childNodes].map(markup).join('')
  return `<g transform="translate(${left},${top})" text-anchor="middle">${plot}</g>${words.join('')}${endsMarkup(panel)}`
}

const legendMarkup = (legend: readonly LegendEntry[], y: number): string => {
  let x = 0
  return legend
    .map(({ kind, label, ink, opacity }) => {
      const sample = {
        line: `<path d="M${x},${y - 4}h18" stroke="${ink.line}" stroke-width="2" stroke-opacity="${opacity}" stroke-dasharray="${ink.dash}" fill="none"/>`,
        patch: `<rect x="${x}" y="${y - 9.5}" width="18" height="11" fill="${ink.line}" fill-opacity="${opacity}" stroke="${INK.axis}" stroke-width="0.5"/>`,
        dot: `<circle cx="${x + 9}" cy="${y - 4}" r="2.5" fill="${ink.line}" fill-opacity="${opacity}"/>`,
      }[kind]
      const words = text(label, x + 24, y, `fill="${INK.text}"`)
      x = Math.round(x + 24 + textWidth(label) + 14)
      return sample + words
    })
    .join('')
}

const PADDING = 12

/** The SVG of a figure, white behind, with a margin of 12 pixels around. */
export const drawingSvg = ({ width, height, title, subtitle, legend, panels }: Drawing): string => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as { readonly document: Document }
  const [outerWidth, outerHeight] = [width + 2 * PADDING, height + 2 * PADDING]
  const head = [
    text(fitted(title, width, 15), 0, 13, 'font-size="14" font-weight="bold"'),
    ...(subtitle === '' ? [] : [text(fitted(subtitle, width), 0, 31, `fill="${INK.faint}"`)]),
    legendMarkup(legend, 31 + (subtitle === '' ? 0 : 17)),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${outerWidth}" height="${outerHeight}" viewBox="0 0 ${outerWidth} ${outerHeight}" role="img" `,
    `aria-label="${escaped(title)}" font-family="${escaped(FONT)}" font-size="${FONT_SIZE}" color="${INK.text}" fill="${INK.text}">`,
    `<rect width="${outerWidth}" height="${outerHeight}" fill="#ffffff"/><g transform="translate(${PADDING},${PADDING})">`,
    ...head,
    ...panels.map((panel) => panelMarkup(document, panel)),
    '</g></svg>\n',
  ].join('')
}
