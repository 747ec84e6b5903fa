/**
 * Films: a few frames of one episode, as data.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Picture } from './picture.ts'

/** The state after `step` steps, and the sum of the rewards until then. */
export type Frame = Readonly<{ step: number; returnSoFar: number; picture: Picture }>

/** Frames of one episode in their order, the first of its start and the last of its end, and how it went as a whole. */
export type Film = Readonly<{
  frames: readonly Frame[]
  envSteps: number
  episodeReturn: number
  terminated: boolean
  truncated: boolean
  unstable: boolean
}>
