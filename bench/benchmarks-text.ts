/**
 * `BENCHMARKS.md`: every figure that has been kept, next to its target, under the machine and the command that it was made with.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Measured, Section } from './system/figure.ts'
import { sectionText } from './system/figure.ts'
import type { Machine } from './system/machine.ts'
import { machineLine } from './system/machine.ts'

/** What one run of a group of benches left behind. */
export type GroupResult = Readonly<{ group: string; title: string; command: string; machine: Machine; sections: readonly Section[] }>

const figuresOf = (results: readonly GroupResult[]): readonly Measured[] => results.flatMap(({ sections }) => sections.flatMap(({ figures }) => figures))

/** How many targets were met, and which were not; figures that were not run have no verdict. */
export const verdictText = (results: readonly GroupResult[]): string => {
  const judged = figuresOf(results).filter(({ met }) => met !== null)
  const missed = judged.filter(({ met }) => met === false).map(({ what }) => what)
  const absent = figuresOf(results).filter(({ rounds }) => rounds.length === 0).length
  const notRun = absent === 0 ? '' : ` Not run, for want of what they compare with: ${absent}.`
  if (judged.length === 0) return `No targets here.${notRun}`
  if (missed.length === 0) return `Met ${judged.length} of ${judged.length} targets.${notRun}`
  return `Missed ${missed.length} of ${judged.length} targets: ${missed.join('; ')}.${notRun}`
}

const groupText = ({ title, command, machine, sections }: GroupResult): string =>
  [`## ${title}`, '', `\`${command}\`. ${machineLine(machine)}`, '', ...sections.map((section) => `#${sectionText(section)}`)].join('\n')

/** The whole page. */
export const benchmarksText = (results: readonly GroupResult[]): string =>
  [
    '# Benchmarks',
    '',
    'Medians over rounds; a verdict is the median against its target. Ratios are taken side by side in one run, round by round, so that both sides see the',
    'same machine. "Not run" stands where something to compare with was not installed.',
    '',
    verdictText(results),
    '',
    ...results.map(groupText),
  ].join('\n')
