/**
 * A report as files: the page, and beside it a folder with every figure as SVG and PNG.
 *
 * ```
 * report.html
 * report/figures/return.svg, return.png …
 * ```
 *
 * *Source:* none. *Deviations:* none.
 */
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { right, type Either } from 'fp-ts/lib/Either.js'
import { attempt, writeAtomically, type FileFault } from './atomic-file.ts'
import type { Rasteriser } from './rasteriser.ts'

/** A page, and its figures by the names of their files (without ending). */
export type ReportContent = Readonly<{ html: string; figures: readonly Readonly<{ name: string; svg: string }>[] }>

/** The folder of the figures of the page at `path`: named like the page where its name ends in html. */
export const figuresFolder = (path: string): string => join(/\.html?$/.test(path) ? path.replace(/\.html?$/, '') : dirname(path), 'figures')

/** Writes the page to `path` after its figures, replacing what an earlier report left there; answers `path`. */
export const writeReportFiles = (path: string, { html, figures }: ReportContent, rasterise: Rasteriser): Either<FileFault, string> => {
  const folder = figuresFolder(path)
  const made = attempt(folder, () => mkdirSync(figures.length > 0 ? folder : dirname(path), { recursive: true }))
  if (made._tag === 'Left') return made
  for (const { name, svg } of figures) {
    for (const [ending, content] of [
      ['svg', svg],
      ['png', rasterise(svg)],
    ] as const) {
      const written = writeAtomically(join(folder, `${name}.${ending}`), content)
      if (written._tag === 'Left') return written
    }
  }
  const written = writeAtomically(path, html)
  return written._tag === 'Left' ? written : right(path)
}
