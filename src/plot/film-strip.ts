/**
 * Film strips: frames of one episode beside each other, with the step and the return so far under each.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Film, Frame } from '../core/film.ts'
import { counted, numberText } from './number-text.ts'
import { gridMarkup, standaloneSvg, titleHeight } from './picture-svg.ts'
import { fitted, INK, textWidth } from './style.ts'
import { textAt } from './xml-text.ts'

/** A film under the name of the run that its policy is from. */
export type FilmedRun = Readonly<{ label: string; film: Film }>

const COLUMNS = 4
const GAP = 8
const HEADING = 18
const BLOCK_GAP = 20
const MOST_FILMS = 6
/** Up to this many films have all their frames; of more only some are drawn, a row of each. */
const WHOLE_FILMS = 2

/** `most` of `frames` at even distances, the first and the last among them. */
const someOf = (frames: readonly Frame[], most: number): readonly Frame[] =>
  frames.length <= most ? frames : Array.from({ length: most }, (_, i) => frames[Math.round(((frames.length - 1) * i) / (most - 1))])

const endingOf = ({ unstable, terminated, truncated }: Film): string => {
  if (unstable) return 'the simulator diverged'
  if (terminated) return 'terminated by the environment'
  return truncated ? 'until the time limit' : ''
}

const storyOf = (film: Film): string => {
  const ending = endingOf(film)
  return `return ${numberText(film.episodeReturn)} in ${counted(film.envSteps, 'env step')}${ending === '' ? '' : `, ${ending}`}`
}

const headingMarkup = (label: string, story: string, top: number, width: number): string => {
  const name = fitted(label, width / 2, 12)
  const from = name === '' ? 0 : textWidth(name, 13) + 8
  return [
    name === '' ? '' : textAt(name, 0, top + 11, 'font-size="12" font-weight="bold"'),
    textAt(fitted(story, width - from), from, top + 11, `fill="${INK.faint}"`),
  ].join('')
}

/** The SVG of the films of some runs, one below the other; the first six where there are more. */
export const filmStrip = (runs: readonly FilmedRun[], { title, width = 720 }: Readonly<{ title: string; width?: number }>): string => {
  const shown = runs.slice(0, MOST_FILMS)
  const cellWidth = (width - GAP * (COLUMNS - 1)) / COLUMNS
  let top = titleHeight(title)
  const blocks = shown.map(({ label, film }) => {
    const frames = shown.length > WHOLE_FILMS ? someOf(film.frames, COLUMNS) : film.frames
    const cells = frames.map(({ step, returnSoFar, picture }) => ({ picture, lines: [`step ${step}`, `return ${numberText(returnSoFar)}`] }))
    const heading = headingMarkup(runs.length > 1 ? label : '', storyOf(film), top, width)
    const { markup, height } = gridMarkup({ cells, columns: COLUMNS, cellWidth, gap: GAP }, top + HEADING)
    top += HEADING + height + BLOCK_GAP
    return heading + markup
  })
  return standaloneSvg(blocks.join(''), width, top - BLOCK_GAP, title)
}
