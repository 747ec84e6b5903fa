/**
 * The choice of an optimiser as tagged data, as it stands in a config.
 *
 * *Source:* house rule: choices in config are tagged data, never functions. *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import type { AdamOptions } from './adam.ts'
import { adam } from './adam.ts'
import type { Optimiser } from './optimiser.ts'
import type { RmspropOptions } from './rmsprop.ts'
import { rmsprop } from './rmsprop.ts'
import type { SgdOptions } from './sgd.ts'
import { sgd } from './sgd.ts'

/** An optimiser without its weight decay, which a learner states once for whatever optimiser it uses. */
export type OptimiserChoice =
  | Readonly<{ kind: 'sgd' } & Omit<SgdOptions, 'weightDecay'>>
  | Readonly<{ kind: 'adam' } & Omit<AdamOptions, 'weightDecay'>>
  | Readonly<{ kind: 'rmsprop' } & Omit<RmspropOptions, 'weightDecay'>>

/** The optimiser that `choice` names, with weight decay λ = `weightDecay` ≥ 0 (added to the descent gradient). */
export const optimiserOf = (choice: OptimiserChoice, weightDecay: number, backend: Backend): Optimiser => {
  switch (choice.kind) {
    case 'sgd':
      return sgd({ ...choice, weightDecay }, backend)
    case 'adam':
      return adam({ ...choice, weightDecay }, backend)
    case 'rmsprop':
      return rmsprop({ ...choice, weightDecay }, backend)
  }
}
