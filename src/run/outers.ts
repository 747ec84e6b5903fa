/**
 * The outer levels that come with the package.
 *
 * *Source:* none; a list. *Deviations:* none.
 */
import { annealEntry } from './entries/anneal.ts'
import { banditEntry } from './entries/bandit.ts'
import { bierlNpmEntry } from './entries/bierl-npm.ts'
import { bierlPmEntry } from './entries/bierl-pm.ts'
import { dqnEntry } from './entries/dqn.ts'
import { epgtEntry } from './entries/epgt.ts'
import { fixedEntry } from './entries/fixed.ts'
import { hoofEntry } from './entries/hoof.ts'
import { pb2Entry } from './entries/pb2.ts'
import { pbtEntry } from './entries/pbt.ts'
import { randomEntry } from './entries/random.ts'
import { randomGridEntry } from './entries/random-grid.ts'
import { scheduleEntry } from './entries/schedule.ts'
import { tmgEntry } from './entries/tmg.ts'
import type { OuterEntry } from './registry.ts'

export const outerEntries: readonly OuterEntry[] = [fixedEntry, scheduleEntry, annealEntry, randomEntry, randomGridEntry, banditEntry, hoofEntry, tmgEntry, bierlPmEntry, bierlNpmEntry, epgtEntry, dqnEntry, pbtEntry, pb2Entry]
