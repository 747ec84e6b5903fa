/**
 * A population of learners: what is known of each member, when it is due, and which of the best a bad one takes over.
 *
 * A member is due after every `readyEvery` env steps of its own. A due member among the worst takes over a random one of the best: with scores in order, the
 * worst and the best are k = min(⌈quantile · n⌉, ⌊n/2⌋) members each. A score that is not a number ranks below all others, and its member is taken over by
 * nobody; equal scores keep the order of the members. Nobody is due while any member holds a rollout, so that a copy is made between two rollouts.
 *
 * *Source:* Jaderberg et al. 2017, Population based training of neural networks, arXiv 1711.09846, section 3 (truncation selection); rounding of the
 * quantile as in Ray Tune.
 * *Deviations:* 1. members take their steps together, so those that are due at once are judged by the same scores.
 */
import type { HyperRecord } from '../core/hyper.ts'
import type { Key } from '../core/key.ts'
import { descendingOrder } from '../core/order.ts'
import { refusal, type Refusal } from '../core/rejection.ts'
import { foldIn, integer } from '../core/rng.ts'
import type { WatchedContext } from './hyper-steps.ts'
import { returnOf } from './hyper-steps.ts'
import { holdsRollout } from './run-clock.ts'
import type { Feedback } from './scheduler.ts'

/** `members` ≥ 2; env steps between two turns of a member, none before `burnIn`; `quantile` in (0, 0.5]. */
export type PopulationSettings = Readonly<{ members: number; readyEvery: number; burnIn: number; quantile: number }>

export const populationDefaults: PopulationSettings = { members: 4, readyEvery: 50_000, burnIn: 0, quantile: 0.25 }

/** What is known of a member: values in force, env steps, those at which it is due next, return of its policy (NaN before it is known). */
export type Book = Readonly<{ hyper: HyperRecord; envSteps: number; due: number; score: number }>

/** Everything that is wrong with `settings`; empty means that they can be used. */
export const populationProblems = ({ members, readyEvery, burnIn, quantile }: PopulationSettings): readonly Refusal[] => [
  ...(Number.isInteger(members) && members >= 2 ? [] : [refusal('members', 'an integer of at least 2', members)]),
  ...(readyEvery > 0 ? [] : [refusal('readyEvery', 'a positive number', readyEvery)]),
  ...(burnIn >= 0 ? [] : [refusal('burnIn', 'a number not below 0', burnIn)]),
  ...(quantile > 0 && quantile <= 0.5 ? [] : [refusal('quantile', 'a number in (0, 0.5]', quantile)]),
]

/** The book of a member that starts with `hyper`. */
export const freshBook = ({ readyEvery, burnIn }: PopulationSettings, hyper: HyperRecord): Book => ({
  hyper,
  envSteps: 0,
  due: Math.max(readyEvery, burnIn),
  score: Number.NaN,
})

/** The books after a step; members that waited keep theirs. */
export const booksAfter = (books: readonly Book[], feedback: Feedback<WatchedContext, HyperRecord>): readonly Book[] =>
  feedback.kind === 'probe'
    ? books
    : books.map((book, i) => {
        const { context, envSteps, waited } = feedback.members[i]
        return waited === true ? book : { ...book, envSteps: book.envSteps + envSteps, score: returnOf(context) }
      })

/** Members that are due, in order. */
export const dueMembers = (books: readonly Book[], contexts: readonly (WatchedContext | null)[]): readonly number[] =>
  contexts.some(holdsRollout) ? [] : books.flatMap(({ envSteps, due }, member) => (envSteps >= due ? [member] : []))

/** The books after the turn of `members`: each is due again `readyEvery` env steps after it was. */
export const booksAfterTurn = (books: readonly Book[], members: readonly number[], { readyEvery }: PopulationSettings): readonly Book[] =>
  books.map((book, i) => {
    if (!members.includes(i)) return book
    const missed = Math.ceil((book.envSteps - book.due + 1) / readyEvery)
    return { ...book, due: book.due + readyEvery * Math.max(1, missed) }
  })

/** The greatest and the least score that is a number; NaN where none is. */
export const scoreRange = (books: readonly Book[]): Readonly<{ bestScore: number; worstScore: number }> => {
  const scores = books.map(({ score }) => score).filter(Number.isFinite)
  return scores.length === 0 ? { bestScore: Number.NaN, worstScore: Number.NaN } : { bestScore: Math.max(...scores), worstScore: Math.min(...scores) }
}

/** Which due member takes over which other one. */
export const takeovers = (
  key: Key,
  books: readonly Book[],
  due: readonly number[],
  { quantile }: PopulationSettings,
): readonly Readonly<{ member: number; donor: number }>[] => {
  const ranked = descendingOrder(books.map(({ score }) => score))
  const k = Math.min(Math.ceil(books.length * quantile), Math.floor(books.length / 2))
  const best = ranked.slice(0, k).filter((member) => !Number.isNaN(books[member].score))
  const worst = ranked.slice(-k)
  if (best.length === 0) return []
  return due.filter((member) => worst.includes(member)).map((member) => ({ member, donor: best[integer(foldIn(key, member), best.length)] }))
}
