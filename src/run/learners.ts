/**
 * The learners that come with the package.
 *
 * *Source:* none; a list. *Deviations:* none.
 */
import { vanillaEsEntry } from './entries/vanilla-es.ts'
import type { LearnerEntry } from './registry.ts'

export const learnerEntries: readonly LearnerEntry[] = [vanillaEsEntry]
