/**
 * Horizontal bars made of parts: what a total consists of, one bar per thing.
 *
 * *Source:* none. *Deviations:* none.
 */
import * as Plot from '@observablehq/plot'
import type { Axis } from './axis.ts'
import { drawingSvg, headHeight, labelMargin, type LegendEntry, type Panel } from './drawing.ts'
import { fitted, INK, textWidth, type Ink } from './style.ts'

/** `parts` in the order of the legend; `total` is written behind the bar. */
export type Bar = Readonly<{ label: string; parts: readonly number[]; total: string }>

export type Part = Readonly<{ label: string; colour: string }>

export type StackedBars = Readonly<{ title: string; subtitle: string; parts: readonly Part[]; bars: readonly Bar[]; x: Axis; width: number }>

const LABEL_WIDTH = 170
const BAR_HEIGHT = 26
const FAINT: Ink = { line: 'none', text: INK.faint, dash: 'none' }

/** The height of the panel of `count` bars. */
const panelHeightOf = (count: number): number => count * BAR_HEIGHT + 12 + 42

type Piece = Readonly<{ from: number; to: number; row: number; part: number }>

const piecesOf = (bars: readonly Bar[]): readonly Piece[] =>
  bars.flatMap(({ parts }, row) => {
    let from = 0
    return parts.map((size, part) => {
      const piece = { from, to: from + (Number.isFinite(size) ? size : 0), row, part }
      from = piece.to
      return piece
    })
  })

/** The SVG of stacked bars. */
export const stackedBars = ({ title, subtitle, parts, bars, x, width }: StackedBars): string => {
  const legend = parts.map(({ label, colour }): LegendEntry => ({ kind: 'patch', label, ink: { line: colour, dash: 'none' }, opacity: 1 }))
  const top = headHeight(subtitle, legend)
  const height = panelHeightOf(bars.length)
  const names = bars.map(({ label }) => fitted(label, LABEL_WIDTH))
  const pieces = piecesOf(bars).filter(({ from, to }) => to > from)
  const panel: Panel = {
    left: 0,
    top,
    width,
    height,
    margin: {
      top: 12,
      right: labelMargin(bars.map(({ total }) => total)),
      bottom: 42,
      left: Math.max(52, ...names.map((name) => Math.ceil(textWidth(name)) + 12)),
    },
    x,
    y: { low: bars.length - 0.5, high: -0.5, scale: 'linear', ticks: bars.map((_, i) => i), format: (row) => names[row], label: '' },
    grid: ['x'],
    heading: '',
    marks: [
      Plot.rect(pieces, {
        x1: 'from',
        x2: 'to',
        y1: ({ row }: Piece) => row - 0.32,
        y2: ({ row }: Piece) => row + 0.32,
        fill: ({ part }: Piece) => parts[part].colour,
        ariaLabel: ({ part, row }: Piece) => `${parts[part].label} of ${bars[row].label}`,
      }),
    ],
    ends: bars.map(({ parts: sizes, total }, row) => ({
      text: total,
      ink: FAINT,
      x: sizes.reduce((sum, size) => sum + (Number.isFinite(size) ? size : 0), 0),
      y: row,
    })),
  }
  return drawingSvg({ width, height: top + height, title, subtitle, legend, panels: [panel] })
}
