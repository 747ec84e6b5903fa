/**
 * A simulator whose state is its history: a game that begins from a key and steps by keys and actions, with saving by recording and
 * restoring by replay (see `replay-log.ts`).
 *
 * *Source:* house contract 4, "Environments". *Deviations:* none.
 */
import type { Info } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import type { Picture } from '../../src/core/picture.ts'
import type { Simulator } from '../../src/core/simulated-env.ts'
import { createReplayLog, readReplay } from './replay-log.ts'

/** What differs between the worlds of Box2D. `begin` and `step` write the observation and set the fields. */
export type Game = {
  reward: number
  terminated: boolean
  begin(key: Key, obs: Float64Array): void
  step(key: Key, action: Float64Array, obs: Float64Array): void
  info(): Info
  /** What the newest state looks like; looking changes nothing. */
  picture(): Picture
}

/** A simulator that can draw the state it is in. */
export interface DrawnSimulator extends Simulator {
  picture(): Picture
}

const allFinite = (values: Float64Array): boolean => {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return false
  }
  return true
}

/** The simulator of `game`, whose observations and actions have the given sizes. */
export const replayedSimulator = (game: Game, obsSize: number, actionSize: number): DrawnSimulator => {
  const replayed = { obs: new Float64Array(obsSize), action: new Float64Array(actionSize) }
  const log = createReplayLog(actionSize)

  const begin = (key: Key, obs: Float64Array): void => {
    game.begin(key, obs)
    log.begin(key)
    simulator.reward = 0
    simulator.terminated = false
    simulator.unstable = false
  }
  const step = (key: Key, action: Float64Array, obs: Float64Array): void => {
    game.step(key, action, obs)
    log.push(key, action)
    simulator.unstable = !allFinite(obs)
    simulator.reward = game.reward
    simulator.terminated = game.terminated
  }

  const simulator: DrawnSimulator = {
    reward: 0,
    terminated: false,
    unstable: false,
    reset: begin,
    step,
    save: () => log.bytes(),
    restore(bytes) {
      const replay = readReplay(bytes, actionSize)
      let from = log.stepsBefore(bytes)
      if (from === null) {
        begin(replay.keyReset, replayed.obs)
        from = 0
      }
      for (let i = from; i < replay.steps; i++) {
        replay.action(i, replayed.action)
        step(replay.key(i), replayed.action, replayed.obs)
      }
    },
    info: () => game.info(),
    picture: () => game.picture(),
    close() {},
  }
  return simulator
}
