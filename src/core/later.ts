/**
 * Work that may have to wait: written once, for backends that answer at once and for those that answer by a promise.
 *
 * A piece of work is a generator that yields whatever may come later and is given what came. `atOnce` and `inTime` run it; neither makes a
 * promise where nothing is one, so that a fast backend pays nothing for a slow one.
 *
 * *Source:* none; generators as in ECMAScript 2015. *Deviations:* none.
 */
import { invariant } from './invariant.ts'

/** A value, or a promise of it. */
export type Later<T> = T | Promise<T>

/** Work that ends with a `T`; what it yields comes back as the value of the yield. */
export type Work<T> = Generator<Later<unknown>, T, unknown>

/** `yield* wait(later)` is the value of `later`. */
export function* wait<T>(later: Later<T>): Work<T> {
  return (yield later) as T
}

/** The result of work in which nothing has to be waited for; a promise breaks an invariant. */
export const atOnce = <T>(work: Work<T>): T => {
  let turn = work.next()
  while (turn.done !== true) {
    invariant(!(turn.value instanceof Promise), 'work that is wanted at once waits for a backend that answers later')
    turn = work.next(turn.value)
  }
  return turn.value
}

/** Goes on from the first promise that `work` yielded. */
const afterwards = async <T>(work: Work<T>, first: Promise<unknown>): Promise<T> => {
  let value: Later<unknown> = first
  for (;;) {
    let turn: IteratorResult<Later<unknown>, T>
    try {
      turn = work.next(value instanceof Promise ? await value : value)
    } catch (error) {
      if (!(value instanceof Promise)) throw error
      turn = work.throw(error)
    }
    if (turn.done === true) return turn.value
    value = turn.value
  }
}

/** The result of work: the value itself where nothing had to be waited for, otherwise a promise of it. */
export const inTime = <T>(work: Work<T>): Later<T> => {
  let turn = work.next()
  while (turn.done !== true) {
    if (turn.value instanceof Promise) return afterwards(work, turn.value)
    turn = work.next(turn.value)
  }
  return turn.value
}
