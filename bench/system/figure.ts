/**
 * What the bench says: one figure per line, each measured in several rounds, some with a target.
 *
 * *Source:* house goal for benches (median and range over rounds, targets in the table). *Deviations:* none.
 */
import { median } from '../../src/core/stats.ts'

export type Target = Readonly<{ atLeast: number }> | Readonly<{ atMost: number }> | Readonly<{ below: number }>

export type Unit = 'ratio' | 'share' | 'ms' | 's' | 'MB' | 'kB' | 'steps/s' | 'ns' | 'M/s' | 'GFLOP/s'

/**
 * `rounds` holds one value per round, in the order in which they were taken; none where it was not run. Shares are fractions of one and are
 * shown in per cent. `limit` says what bounds the figure, and is shown where the target is missed.
 */
export type Figure = Readonly<{ what: string; unit: Unit; rounds: readonly number[]; target: Target | null; limit?: string }>

/** A figure with its median and range over the rounds; `met` is null where there is no target. */
export type Measured = Figure & Readonly<{ median: number; lowest: number; highest: number; met: boolean | null }>

/** The figures of one part of the bench under their heading, and remarks about how they were taken. */
export type Section = Readonly<{ title: string; remarks: readonly string[]; figures: readonly Measured[] }>

/** Whether a value meets a target. */
const isMet = (value: number, target: Target): boolean =>
  'atLeast' in target ? value >= target.atLeast : 'atMost' in target ? value <= target.atMost : value < target.below

const significant = (value: number): number => Number(value.toPrecision(5))

/** The figure with what its rounds say; the verdict is the median's. */
export const measured = (figure: Figure): Measured => {
  const middle = median(figure.rounds)
  return {
    ...figure,
    rounds: figure.rounds.map(significant),
    median: significant(middle),
    lowest: significant(Math.min(...figure.rounds)),
    highest: significant(Math.max(...figure.rounds)),
    met: figure.target === null ? null : isMet(middle, figure.target),
  }
}

/** A figure that has no target. */
export const untargeted = (what: string, unit: Unit, rounds: readonly number[]): Measured => measured({ what, unit, rounds, target: null })

/** A figure whose subject is not there: it has no rounds, and no verdict. */
export const notRun = (what: string, unit: Unit, target: Target | null = null): Measured =>
  ({ what, unit, rounds: [], target, median: Number.NaN, lowest: Number.NaN, highest: Number.NaN, met: null })

const number = (value: number, unit: Unit): string => {
  if (unit === 'ratio') return value.toFixed(3)
  if (unit === 'share') return `${(100 * value).toFixed(2)} %`
  if (unit === 'ns' && Math.abs(value) >= 1e6) return number(value / 1e6, 'ms')
  if (unit === 'ns' && Math.abs(value) >= 1e4) return `${Number((value / 1e3).toPrecision(3))} µs`
  const digits = Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
  return `${digits} ${unit}`
}

const targetText = (figure: Measured): string => {
  const { target, unit } = figure
  if (target === null) return ''
  if ('atLeast' in target) return `at least ${number(target.atLeast, unit)}`
  return 'atMost' in target ? `at most ${number(target.atMost, unit)}` : `below ${number(target.below, unit)}`
}

const metText = ({ met }: Measured): string => (met === null ? '' : met ? 'yes' : '**no**')

const row = (figure: Measured): string => {
  const { what, unit, median: middle, lowest, highest, rounds } = figure
  if (rounds.length === 0) return `| ${what} | not run |  |  | ${targetText(figure)} |  |`
  const range = rounds.length === 1 ? '' : `${number(lowest, unit)} to ${number(highest, unit)}`
  return `| ${what} | ${number(middle, unit)} | ${range} | ${rounds.length} | ${targetText(figure)} | ${metText(figure)} |`
}

/** What bounds the figures that missed their targets, each bound with all the figures that it holds for. */
const limits = (figures: readonly Measured[]): readonly string[] => {
  const missed = figures.filter(({ met, limit }) => met === false && limit !== undefined)
  return [...new Set(missed.map(({ limit }) => limit))].flatMap((limit) => [
    `Missed by ${missed.filter((each) => each.limit === limit).map(({ what }) => what).join('; ')}. The limit: ${limit}.`,
    '',
  ])
}

/** A section as Markdown. */
export const sectionText = ({ title, remarks, figures }: Section): string =>
  [
    `## ${title}`,
    '',
    ...remarks.flatMap((remark) => [remark, '']),
    '| figure | median | range | rounds | target | met |',
    '|---|---|---|---|---|---|',
    ...figures.map(row),
    '',
    ...limits(figures),
  ].join('\n')
