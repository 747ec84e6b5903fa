/**
 * Pictures as SVG files: one state alone, or a sheet of many with a line of text under each.
 *
 * The same input gives the same bytes, on any engine.
 *
 * *Source:* W3C SVG 1.1 (2nd edition). *Deviations:* none.
 */
import type { Picture } from '../core/picture.ts'
import { pictureHeight, pictureMarkup } from './picture-markup.ts'
import { fitted, FONT, FONT_SIZE, INK } from './style.ts'
import { escaped, textAt } from './xml-text.ts'

const PADDING = 12
const HEAD = 22
const LINE = 12

/** A picture and what stands under it, line by line; the first line is darker. */
export type PictureCell = Readonly<{ picture: Picture; lines: readonly string[] }>

/** Cells side by side in rows: `columns` of them, `cellWidth` pixels wide each, `gap` apart. */
export type PictureGrid = Readonly<{ cells: readonly PictureCell[]; columns: number; cellWidth: number; gap: number }>

type Drawn = Readonly<{ markup: string; height: number }>

/** The grid with its upper left corner at (0, top). All pictures of a row stand on the same line. */
export const gridMarkup = ({ cells, columns, cellWidth, gap }: PictureGrid, top: number): Drawn => {
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) => cells.slice(row * columns, (row + 1) * columns))
  let from = top
  const markup = rows.map((row) => {
    const tallest = Math.max(...row.map(({ picture }) => pictureHeight(picture, cellWidth)))
    const drawn = row.map(({ picture, lines }, column) => {
      const left = column * (cellWidth + gap)
      const under = lines.map((line, i) =>
        textAt(fitted(line, cellWidth, 10), left, from + tallest + LINE * (i + 1), `font-size="10" fill="${i === 0 ? INK.text : INK.faint}"`),
      )
      return pictureMarkup(picture, left, from + tallest - pictureHeight(picture, cellWidth), cellWidth) + under.join('')
    })
    from += tallest + LINE * Math.max(...row.map(({ lines }) => lines.length)) + gap + 4
    return drawn.join('')
  })
  return { markup: markup.join(''), height: Math.max(0, from - gap - 4 - top) }
}

/** The height that `standaloneSvg` needs for its title. */
export const titleHeight = (title: string): number => (title === '' ? 0 : HEAD)

/** An SVG file, white behind, with a margin of 12 pixels around `markup` of the given size, and the title over it. */
export const standaloneSvg = (markup: string, width: number, height: number, title: string): string => {
  const [outerWidth, outerHeight] = [Math.ceil(width) + 2 * PADDING, Math.ceil(height) + 2 * PADDING]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${outerWidth}" height="${outerHeight}" viewBox="0 0 ${outerWidth} ${outerHeight}" role="img" `,
    `aria-label="${escaped(title)}" font-family="${escaped(FONT)}" font-size="${FONT_SIZE}" color="${INK.text}" fill="${INK.text}">`,
    `<rect width="${outerWidth}" height="${outerHeight}" fill="#ffffff"/><g transform="translate(${PADDING},${PADDING})">`,
    title === '' ? '' : textAt(fitted(title, width, 15), 0, 13, 'font-size="14" font-weight="bold"'),
    markup,
    '</g></svg>\n',
  ].join('')
}

/** The SVG file of one state, `width` pixels wide without its margin. */
export const pictureSvg = (picture: Picture, { title = '', width = 480 }: Readonly<{ title?: string; width?: number }> = {}): string => {
  const top = titleHeight(title)
  return standaloneSvg(pictureMarkup(picture, 0, top, width), width, top + pictureHeight(picture, width), title)
}

/** The SVG file of many states. */
export const pictureSheet = (grid: PictureGrid, title: string): string => {
  const top = titleHeight(title)
  const { markup, height } = gridMarkup(grid, top)
  return standaloneSvg(markup, grid.columns * (grid.cellWidth + grid.gap) - grid.gap, top + height, title)
}
