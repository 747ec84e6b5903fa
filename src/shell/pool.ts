/**
 * The evaluator of several threads, of whatever kind: worker threads of Node (`node-threads.ts`) or Web Workers (`web-workers.ts`).
 *
 * Jobs are handed out in chunks by guided self-scheduling, two chunks in flight per worker (one at the very end, so that
 * nobody waits behind a neighbour). Outcomes are stored by index, so the order of arrival changes nothing. A worker that
 * dies is replaced and its unfinished jobs run again; only the job that was running is blamed, and a job blamed twice
 * ends the evaluation.
 *
 * *Source:* Polychronopoulos & Kuck 1987, Guided self-scheduling, IEEE Transactions on Computers C-36(12).
 * *Deviations:* 1. a quarter of an even share per chunk, because episode lengths differ widely.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Launches } from '../core/backend.ts'
import { addLaunches } from '../core/compute.ts'
import { InvariantError } from '../core/invariant.ts'
import type { Job, Outcome } from '../core/job.ts'
import { MAX_ATTEMPTS } from './evaluator.ts'
import type { EvalError, EvaluatorHost } from './evaluator.ts'
import { chunkSize, IDLE, pack, toWire } from './wire.ts'
import type { Chunk, Ledger, WorkerMessage } from './wire.ts'

/** A thread as the pool sees it. What it is sent before it listens must wait for it. */
export type Thread = Readonly<{
  send(chunk: Chunk): void
  /** Index of the job that it is executing, as far as that can be seen from outside; `IDLE` otherwise. */
  running(): number
  /** Ends it, whatever it is doing. */
  end(): void | Promise<unknown>
}>

/** Starts a thread; it tells what the worker says, and once or more often when it has died. */
export type StartThread = (name: string, hear: (message: WorkerMessage) => void, died: (reason: string) => void) => Thread

/** `cacheValues` bounds the numbers that one worker keeps in parcels. */
export type PoolOptions = Readonly<{ workers: number; start: StartThread; cacheValues?: number }>

/** 2²¹ numbers, 16 MiB: dozens of policies of the usual size. */
const CACHE_VALUES = 2_097_152
const CHUNKS_IN_FLIGHT = 2

type Slot = { thread: Thread; ready: boolean; dead: boolean; chunks: Map<number, readonly number[]>; ledger: Ledger; launches: Launches }

/** The evaluation in progress. */
type Round = {
  jobs: readonly Job[]
  queue: number[]
  outcomes: (Outcome | undefined)[]
  missing: number
  blamed: Map<number, number>
  resolve(result: E.Either<EvalError, readonly Outcome[]>): void
  reject(error: Error): void
}

/** An evaluator on `workers` threads (at least 1), started at the first evaluation. One evaluation at a time. */
export const pool = (options: PoolOptions): EvaluatorHost => {
  const { workers, start, cacheValues = CACHE_VALUES } = options
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`pool: workers must be a positive integer, received ${workers}`)
  const slots: Slot[] = []
  let round: Round | null = null
  let chunkId = 0
  let crashes = 0
  let failedStarts = 0
  let started = 0
  let closed = false
  let fatal: EvalError | null = null
  let launchesOfDead: Launches = {}

  const refuse = (reason: string, hint: string): void => {
    const error: EvalError = { _tag: 'SiteDidNotOpen', reason, hint }
    fatal = error
    finish(({ resolve }) => resolve(E.left(error)))
  }

  const finish = (settle: (current: Round) => void): void => {
    const current = round
    round = null
    for (const slot of slots) slot.chunks.clear()
    if (current !== null) settle(current)
  }

  const feed = (slot: Slot): void => {
    while (round !== null && !slot.dead && round.queue.length > 0 && slot.chunks.size < CHUNKS_IN_FLIGHT) {
      if (slot.chunks.size > 0 && round.queue.length < workers) return // the last jobs go to whoever is free
      const { jobs, queue } = round
      const indices = queue.splice(0, chunkSize(queue.length, workers))
      const chosen = indices.map((index) => jobs[index])
      const { parcels, forget, ledger } = pack(slot.ledger, chosen, cacheValues)
      slot.ledger = ledger
      slot.chunks.set(++chunkId, indices)
      const chunk: Chunk = { id: chunkId, indices, jobs: chosen.map(toWire), parcels, forget }
      slot.thread.send(chunk)
    }
  }

  const launches = (): Launches => addLaunches(launchesOfDead, ...slots.map((slot) => slot.launches))

  const lose = (slot: Slot, reason: string, culprit: number): void => {
    if (slot.dead || closed || fatal !== null) return
    slot.dead = true
    crashes++
    void slot.thread.end()
    if (!slot.ready && ++failedStarts >= MAX_ATTEMPTS) return refuse(reason, 'the worker died before it could run anything')
    if (round !== null) {
      const unfinished = [...slot.chunks.values()].flat()
      const blame = culprit !== IDLE ? culprit : slot.ready ? unfinished[0] : undefined
      round.queue = [...unfinished, ...round.queue].sort((a, b) => a - b)
      if (blame !== undefined && unfinished.includes(blame)) {
        const attempts = (round.blamed.get(blame) ?? 0) + 1
        round.blamed.set(blame, attempts)
        if (attempts >= MAX_ATTEMPTS) {
          finish(({ resolve, jobs }) => resolve(E.left({ _tag: 'JobFailed', index: blame, job: jobs[blame], attempts, reason })))
        }
      }
    }
    launchesOfDead = addLaunches(launchesOfDead, slot.launches)
    slots[slots.indexOf(slot)] = open()
    slots.forEach(feed)
  }

  const hear = (slot: Slot, message: WorkerMessage): void => {
    if (slot.dead || closed) return
    if (message.kind === 'ready') {
      slot.ready = true
    } else if (message.kind === 'done') {
      slot.launches = message.launches
      const indices = slot.chunks.get(message.id)
      if (round === null || indices === undefined) return // of an evaluation that has ended
      const { outcomes } = round
      indices.forEach((index, i) => {
        outcomes[index] = message.outcomes[i]
      })
      round.missing -= indices.length
      slot.chunks.delete(message.id)
      if (round.missing === 0) finish(({ resolve }) => resolve(E.right(outcomes as Outcome[])))
      else feed(slot)
    } else if (message.invariant) {
      finish(({ reject }) => reject(new InvariantError(message.reason)))
    } else if (message.kind === 'failed') {
      lose(slot, message.reason, message.index)
    } else {
      refuse(message.reason, 'check the modules, the environment and its options')
    }
  }

  const open = (): Slot => {
    const name = `bilevel-worker-${++started}`
    const thread = start(
      name,
      (message) => hear(slot, message),
      (reason) => lose(slot, `${name} ${reason}`, slot.thread.running()),
    )
    const slot: Slot = { thread, ready: false, dead: false, chunks: new Map(), ledger: new Map(), launches: {} }
    return slot
  }

  return {
    workers,
    evaluate: (jobs) => () =>
      new Promise((resolve, reject) => {
        if (fatal !== null) return resolve(E.left(fatal))
        if (closed) return resolve(E.left({ _tag: 'Abandoned' }))
        if (round !== null) return reject(new InvariantError('pool: an evaluation is already running'))
        if (jobs.length === 0) return resolve(E.right([]))
        round = { jobs, queue: jobs.map((_, i) => i), outcomes: jobs.map(() => undefined), missing: jobs.length, blamed: new Map(), resolve, reject }
        while (slots.length < workers) slots.push(open())
        slots.forEach(feed)
      }),
    abandon: () => finish(({ resolve }) => resolve(E.left({ _tag: 'Abandoned' }))),
    crashes: () => crashes,
    launches,
    close: async () => {
      closed = true
      finish(({ resolve }) => resolve(E.left({ _tag: 'Abandoned' })))
      await Promise.all(slots.map(({ thread }) => thread.end()))
    },
  }
}
