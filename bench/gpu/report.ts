/**
 * What the page of the bench tells.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Timed } from './cases.ts'

/** `problem` is null for a mode that keeps the laws; why it is not timed, otherwise. */
export type PageReport = Readonly<{ agent: string; modes: readonly Readonly<{ mode: string; problem: string | null }>[]; times: readonly Timed[] }>
