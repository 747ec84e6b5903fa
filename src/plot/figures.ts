/**
 * The figures of the runs on one task.
 *
 * *Source:* none. *Deviations:* none.
 */
import { membersOf } from '../run/lineage.ts'
import { countAxis } from './axis.ts'
import { filmStrip } from './film-strip.ts'
import { fitnessSpread, hasPopulation } from './fitness-spread.ts'
import { learningCurves } from './learning-curves.ts'
import { lineages } from './lineages.ts'
import { memoryMaps } from './memory-map.ts'
import { counted, countText, percentText, secondsText } from './number-text.ts'
import type { Run, RunGroup, TaskRuns } from './run-groups.ts'
import { isMoving, scheduleCurves, type DeclaredRange, type Schedule } from './schedules.ts'
import type { Point, SeedGroup } from './series.ts'
import { stackedBars } from './stacked-bars.ts'
import { inkOf } from './style.ts'
import { TIME_PARTS } from './time-spent.ts'

/** A figure and the words under it; `name` is that of its files, without ending. */
export type Figure = Readonly<{ name: string; svg: string; caption: string }>

type Event = Run['record']['log']['events'][number]
type StepEvent = Extract<Event, Readonly<{ type: 'step' }>>
type ProbeEvent = Extract<Event, Readonly<{ type: 'probe' }>>

/** The steps of all members. */
const stepsOf = ({ record }: Run): readonly StepEvent[] => record.log.events.filter((event): event is StepEvent => event.type === 'step')

const probesOf = ({ record }: Run): readonly ProbeEvent[] => record.log.events.filter((event): event is ProbeEvent => event.type === 'probe')

const pointsOf = (envSteps: Float64Array, values: ArrayLike<number>): readonly Point[] =>
  Array.from(envSteps, (at, i) => ({ envSteps: at, value: values[i] }))

const seedGroup = ({ label, runs }: RunGroup, values: (run: Run) => readonly Point[]): SeedGroup => ({
  label,
  runs: runs.map((run) => ({ seed: run.record.manifest.seed, points: values(run) })),
})

const isNumber = (value: unknown): value is number => typeof value === 'number'

/** The ranges that an outer level declares: the field `tune` of its settings, where it has one. */
const declaredRanges = (run: Run): ReadonlyMap<string, DeclaredRange> => {
  const { tune } = run.record.manifest.config.outer as Readonly<{ tune?: unknown }>
  if (typeof tune !== 'object' || tune === null) return new Map()
  return new Map(
    Object.entries(tune).flatMap(([name, range]: readonly [string, unknown]) => {
      const { low, high, scale } = (typeof range === 'object' && range !== null ? range : {}) as Readonly<{
        low?: unknown
        high?: unknown
        scale?: unknown
      }>
      return isNumber(low) && isNumber(high) && low < high ? [[name, { low, high, scale: scale === 'log' ? 'log' : 'linear' }] as const] : []
    }),
  )
}

const MOST_TRIED_GROUPS = 4

/** The hyperparameters that are tuned or change in any run, each with the values that were applied. */
const schedulesOf = (groups: readonly RunGroup[]): readonly Schedule[] => {
  const ranges = new Map(groups.toReversed().flatMap(({ runs: [first] }) => [...declaredRanges(first)]))
  const names = [...new Set(groups.flatMap(({ runs }) => runs.flatMap(({ curve }) => Object.keys(curve.hyper))))]
  const single = groups.length <= MOST_TRIED_GROUPS && groups.every(({ runs }) => runs.length === 1)
  return names.flatMap((name): Schedule[] => {
    const range = ranges.get(name) ?? null
    const applied = groups
      .map((group) => seedGroup(group, ({ curve }) => (curve.hyper[name] === undefined ? [] : pointsOf(curve.envSteps, curve.hyper[name]))))
      .map(({ label, runs }) => ({ label, runs: runs.filter(({ points }) => points.length > 0) }))
    if (range === null && !applied.some(isMoving)) return []
    const tried = groups.map(({ runs }) =>
      single && range !== null
        ? runs.flatMap((run) =>
            probesOf(run).flatMap(({ trials, envSteps }) => trials.map(({ hyper }) => ({ envSteps: envSteps.total, value: hyper[name] }))),
          )
        : [],
    )
    return [{ name, range, groups: applied, tried }]
  })
}

const isOfPolicy = (run: Run): boolean => stepsOf(run).some(({ metrics }) => Number.isFinite(metrics.policyReturn))
const tells = (run: Run, name: string): boolean => stepsOf(run).some(({ metrics }) => name in metrics)

/** Whether the returns are those of adapted policies. */
const isAdapted = (run: Run): boolean => tells(run, 'exploredReturn')

/** What the returns of a run are of, by what its learner tells. */
const subjectOf = (run: Run): string => {
  if (isAdapted(run)) return 'the adapted policies, at the tasks of each step'
  if (!tells(run, 'fitnessMean')) return 'the last episodes of training, exploration included'
  return isOfPolicy(run)
    ? 'the unperturbed policy, measured before each update'
    : 'the population (where the unperturbed policy was not evaluated, the mean of its candidates)'
}

/** The name of what is measured on a task, with its unit. */
const valueLabelOf = (groups: readonly RunGroup[]): string =>
  groups[0].runs[0].record.manifest.config.task.kind === 'env' ? 'return (sum of rewards of an episode)' : 'fitness'

const returnFigure = (groups: readonly RunGroup[], prefix: string): Figure => {
  const all = groups.flatMap(({ runs }) => runs)
  const subject = [...new Set(all.map(subjectOf))].join('; or of ')
  const several = all.length > groups.length
  return {
    name: `${prefix}return`,
    svg: learningCurves(
      groups.map((group) => seedGroup(group, ({ curve }) => pointsOf(curve.envSteps, curve.meanReturn))),
      { title: 'Return against env steps', valueLabel: valueLabelOf(groups) },
    ),
    caption: `Return of ${subject}. Every env step counts, those of the outer level included.${
      several
        ? ' Thin: single seeds. Thick: their interquartile mean on the env steps that all of them reached. Band: its 95 % stratified-bootstrap interval.'
        : ''
    }${memberNote(groups)}`,
  }
}

const filmFigure = (groups: readonly RunGroup[], prefix: string): readonly Figure[] => {
  const filmed = groups.flatMap(({ label, runs }) => {
    const run = runs.find(({ record }) => record.film !== null && record.film.film.frames.length > 0)
    if (run === undefined || run.record.film === null) return []
    return [{ label: runs.length > 1 ? `${label}, seed ${run.record.manifest.seed}` : label, run, film: run.record.film.film, step: run.record.film.step }]
  })
  if (filmed.length === 0) return []
  const final = filmed.every(({ run }) => run.curve.done)
  const steps = [...new Set(filmed.map(({ step }) => step))]
  const unfinished = steps.length === 1 ? `the policy after ${counted(steps[0], 'step')}` : 'the policy of the newest checkpoint'
  return [
    {
      name: `${prefix}film`,
      svg: filmStrip(filmed, { title: `One episode of ${final ? 'the final policy' : unfinished}` }),
      caption: 'Frames at even distances of an episode that training never saw; the return is that until the frame.',
    },
  ]
}

const memoryFigure = (groups: readonly RunGroup[], prefix: string): readonly Figure[] => {
  const mapped = groups.flatMap(({ label, runs }) => {
    const run = runs.find(({ record }) => record.memory !== null)
    if (run === undefined || run.record.memory === null) return []
    return [{ label: runs.length > 1 ? `${label}, seed ${run.record.manifest.seed}` : label, map: run.record.memory }]
  })
  if (mapped.length === 0) return []
  return [
    {
      name: `${prefix}memory`,
      svg: memoryMaps(mapped),
      caption:
        'Each dot is a remembered state of training (and a choice made in it): near dots are what a read takes for similar. Left, by the return that is remembered; right, by when it was added.',
    },
  ]
}

const scheduleFigure = (groups: readonly RunGroup[], prefix: string): readonly Figure[] => {
  const schedules = schedulesOf(groups)
  if (schedules.length === 0) return []
  const steps = groups.flatMap(({ runs }) => runs.flatMap(stepsOf))
  const disagreeing = steps.filter(({ proposed, applied }) => Object.keys(applied).some((name) => !Object.is(proposed[name], applied[name]))).length
  const agreement =
    disagreeing === 0
      ? `What was proposed was applied at all ${counted(steps.length, 'recorded step')}.`
      : `At ${disagreeing} of ${counted(steps.length, 'recorded step')} another value was applied than proposed.`
  const shading = schedules.some(({ range }) => range !== null) ? ' Shaded: the range inside which the outer level moves the value.' : ''
  return [
    {
      name: `${prefix}schedule`,
      svg: scheduleCurves(schedules),
      caption: `Values that the learner used; each holds until the next. ${agreement}${shading}${memberNote(groups)}`,
    },
  ]
}

/** Which member of a population a figure shows; empty where every run has one learner. */
const memberNote = (groups: readonly RunGroup[]): string =>
  groups.some(({ runs }) => runs.some(({ record }) => membersOf(record.log.events).length > 1)) ? ' Of a population: the member that ended best.' : ''

/** What the members of populations did, of the first seed of each. */
const lineageFigures = (groups: readonly RunGroup[], prefix: string): readonly Figure[] =>
  groups.flatMap(({ label, runs: [first] }, i): readonly Figure[] => {
    const svg = lineages(first.record.log.events, declaredRanges(first), { title: `The population of ${label}`, valueLabel: valueLabelOf(groups) })
    const caption =
      'Return of each member, and the values that it used; upright lines are takeovers, from the value of the member that is taken over. Env steps of all members count.'
    return svg === null ? [] : [{ name: `${prefix}population-${i + 1}`, svg, caption }]
  })

const fitnessFigure = (groups: readonly RunGroup[], prefix: string): readonly Figure[] => {
  const populations = groups.flatMap(({ label, runs }, i) =>
    runs
      .slice(0, 1)
      .filter(({ curve }) => hasPopulation(curve))
      .map((run) => ({
        label: runs.length > 1 ? `${label}, seed ${run.record.manifest.seed}` : label,
        ink: inkOf(i),
        curve: run.curve,
        policy: isOfPolicy(run) && !isAdapted(run),
      })),
  )
  if (populations.length === 0) return []
  const several = groups.some(({ runs }) => runs.length > 1)
  return [
    {
      name: `${prefix}fitness`,
      svg: fitnessSpread(populations, valueLabelOf(groups)),
      caption: `Fitness of the candidates of each generation: all of them, their middle half, their median${several ? '; the first seed of each' : ''}.`,
    },
  ]
}

const LEARNER_COLOUR = '#0072b2'
const OUTER_COLOUR = '#e69f00'

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const meanNote = (groups: readonly RunGroup[]): string => (groups.some(({ runs }) => runs.length > 1) ? 'mean of the seeds' : '')

const accountingFigure = (groups: readonly RunGroup[], prefix: string): Figure => {
  const bars = groups.map(({ label, runs }) => {
    const [learner, outer] = [mean(runs.map(({ curve }) => curve.spent.learner)), mean(runs.map(({ curve }) => curve.spent.outer))]
    const share = learner + outer > 0 ? outer / (learner + outer) : 0
    return {
      label,
      parts: [learner, outer],
      total: outer > 0 ? `${countText(learner + outer)}, ${percentText(share)} outer` : countText(learner + outer),
    }
  })
  return {
    name: `${prefix}env-steps`,
    svg: stackedBars({
      title: 'Env steps spent',
      subtitle: meanNote(groups),
      parts: [
        { label: 'learner', colour: LEARNER_COLOUR },
        { label: 'outer level', colour: OUTER_COLOUR },
      ],
      bars,
      x: countAxis(Math.max(...bars.map(({ parts: [learner, outer] }) => learner + outer)), 'env steps'),
      width: 720,
    }),
    caption: 'Env steps of the learner (its candidates and the evaluation of the policy) and of the trials that the outer level asked for.',
  }
}

const TIME_COLOURS = ['#0072b2', '#d55e00', '#aa4499', '#b8b8b8'] as const

const timeFigures = (groups: readonly RunGroup[], prefix: string): readonly Figure[] => {
  const timed = groups
    .map(({ label, runs }) => ({ label, times: runs.flatMap(({ time }) => (time === null ? [] : [time])) }))
    .filter(({ times }) => times.length > 0)
  if (timed.length === 0) return []
  const bars = timed.map(({ label, times }) => ({
    label,
    parts: TIME_PARTS.map((_, i) => mean(times.map(({ seconds }) => seconds[i]))),
    total: secondsText(mean(times.map(({ total }) => total))),
  }))
  const rates = groups.map((group) =>
    seedGroup(group, ({ curve, time }) =>
      (time?.rates ?? []).flatMap(({ step, rate }) => {
        const index = curve.step.indexOf(step - 1) // telemetry counts finished steps, events number them from 0
        return index < 0 ? [] : [{ envSteps: curve.envSteps[index], value: rate }]
      }),
    ),
  )
  return [
    {
      name: `${prefix}time`,
      svg: stackedBars({
        title: 'Where the time went',
        subtitle: meanNote(groups),
        parts: TIME_PARTS.map((label, i) => ({ label, colour: TIME_COLOURS[i] })),
        bars,
        x: { ...countAxis(Math.max(...bars.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0))), 'seconds'), format: String },
        width: 720,
      }),
      caption: 'Waiting for evaluations (rollouts in the workers), computing in the state machine (update, meta level), writing the record.',
    },
    {
      name: `${prefix}speed`,
      svg: learningCurves(rates, {
        title: 'Speed',
        valueLabel: 'env steps per second',
        fromZero: true,
        height: 260,
        points: 51,
        bootstrap: { level: 0.95, resamples: 200 },
      }),
      caption: 'Env steps per second of each learner step, with everything that the step waited for.',
    },
  ]
}

/** All figures of the runs on one task, those without a step left out; `prefix` sets their names apart from those of other tasks. */
export const figuresOf = ({ groups }: TaskRuns, prefix: string): readonly Figure[] => {
  const present = groups
    .map(({ label, runs }) => ({ label, runs: runs.filter(({ curve }) => curve.step.length > 0) }))
    .filter(({ runs }) => runs.length > 0)
  if (present.length === 0) return []
  return [
    returnFigure(present, prefix),
    ...filmFigure(present, prefix),
    ...scheduleFigure(present, prefix),
    ...lineageFigures(present, prefix),
    ...memoryFigure(present, prefix),
    ...fitnessFigure(present, prefix),
    accountingFigure(present, prefix),
    ...timeFigures(present, prefix),
  ]
}
