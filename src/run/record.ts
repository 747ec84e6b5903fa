/**
 * What is known of a run once it lies in its directory: manifest, events, and where its time went.
 *
 * Telemetry is never compared and never digested; a run is the same run on a slower machine.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import type { Launches } from '../core/backend.ts'
import type { EventLog } from './events.ts'
import type { FilmFile } from './film-file.ts'
import type { Manifest } from './manifest.ts'
import type { MemoryMap } from './memory-map.ts'

/** Parts of a step: waiting for outcomes, the state machine itself, writing events and checkpoints. */
export type Part = 'evaluation' | 'absorb' | 'record'

export type Seconds = Readonly<Record<Part, number>>

/**
 * One line of `telemetry.jsonl` per learner step; `share` are the parts of the step's own time. `elapsed` counts from the start of the session.
 * `launches` counts the programs that ran on the backend's device in the step, in the experiment itself and in its jobs; absent without a device.
 */
export type StepTelemetry = Readonly<{
  type: 'step'
  step: number
  elapsed: number
  seconds: number
  share: Seconds
  envSteps: number
  envStepsPerSecond: number
  rssMiB: number
  crashes: number
  launches?: Launches
}>

/** First line of each session (a run that was resumed has several). */
export type SessionTelemetry = Readonly<{ type: 'session'; startedAt: string; node: string; platform: string; workers: number; step: number }>

/**
 * One run as a report takes it: what to call it, and its directory as seen from the report (`.` where they are the same). `film` shows
 * its policy, where that was filmed; `memory` is what its outer level remembers, where that has a memory.
 */
export type RunRecord = Readonly<{
  label: string
  place: string
  manifest: Manifest
  log: EventLog
  telemetry: readonly unknown[]
  film: FilmFile | null
  memory: MemoryMap | null
}>
