/**
 * The learners that come with the package.
 *
 * *Source:* none; a list. *Deviations:* none.
 */
import { a2cEntry } from './entries/a2c.ts'
import { acktrEntry } from './entries/acktr.ts'
import { ddpgEntry } from './entries/ddpg.ts'
import { esA2cEntry } from './entries/es-a2c.ts'
import { esMetaRlEntry } from './entries/es-meta-rl.ts'
import { ppoEntry } from './entries/ppo.ts'
import { trpoEntry } from './entries/trpo.ts'
import { vanillaEsEntry } from './entries/vanilla-es.ts'
import type { LearnerEntry } from './registry.ts'

export const learnerEntries: readonly LearnerEntry[] = [vanillaEsEntry, a2cEntry, ppoEntry, acktrEntry, trpoEntry, ddpgEntry, esMetaRlEntry, esA2cEntry]
