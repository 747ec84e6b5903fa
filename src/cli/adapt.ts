/**
 * `adapt`: what a meta-learner has learnt, adapted to tasks that training never drew.
 *
 * *Source:* Finn, Abbeel and Levine 2017, arXiv 1703.03400, section 5.3 (returns against gradient steps, over 40 tasks). *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { mean, std } from '../core/stats.ts'
import { shortNumber } from '../shell/progress.ts'
import type { Context } from './context.ts'
import { EXIT, failure } from './failure.ts'
import type { Command } from './failure.ts'
import { withTrained, type TrainedOptions } from './trained.ts'

/** `updates` null: as many as the run makes. */
export type AdaptOptions = TrainedOptions & Readonly<{ tasks: number; updates: number | null }>

/** Index of the keys under the root key. */
const KEY_ADAPTATION = 0xada9

/** Half of the interval that covers the mean of many tasks with 95 %. */
const halfWidth = (values: readonly number[]): number => (1.96 * std(values, 1)) / Math.sqrt(values.length)

const named = (updates: number): string => (updates === 0 ? 'before' : updates === 1 ? 'after 1 update' : `after ${updates} updates`)

/** Adapts to `tasks` new tasks and prints the mean return before and after every update, with its 95 % interval over tasks. */
export const adapt = (context: Context, { tasks, updates, ...options }: AdaptOptions): Command =>
  withTrained(context, options, KEY_ADAPTATION, async ({ path, config, experiment, checkpoint, key, execute }) => {
    const { terminal, show } = context
    const jobs = experiment.adaptations(key, checkpoint.state, { tasks, updates })
    if (jobs === null) return E.left(failure(EXIT.usage, `${show(path)}: ${config.learner.kind} does not adapt; adapt is for meta-learners, eval for others`))
    const outcomes = await execute(jobs)
    if (E.isLeft(outcomes)) return outcomes
    const adapted = outcomes.right.flatMap((outcome) => (outcome.kind === 'adaptation' && outcome.returns.every((value) => Number.isFinite(value)) && outcome.returns.length > 0 ? [outcome] : []))
    const failed = tasks - adapted.length
    if (adapted.length < 2) return E.left(failure(EXIT.evaluation, `${show(path)}: ${failed} of ${tasks} adaptations came to no return`))
    const rows = [...adapted[0].returns.keys()].map((u) => [named(u), adapted.map(({ returns }) => returns[u])] as const)
    const width = Math.max(...rows.map(([name]) => name.length))
    const lines = rows.map(([name, values]) => `  ${name.padEnd(width)}  ${shortNumber(mean(values))} ± ${shortNumber(halfWidth(values))}`)
    const without = failed === 0 ? '' : `; ${failed} came to no return and are left out`
    terminal.print([`${show(path)} at step ${checkpoint.step}: mean return of ${tasks} new tasks, ± 95 %${without}`, ...lines].join('\n'))
    return E.right(EXIT.ok)
  })
