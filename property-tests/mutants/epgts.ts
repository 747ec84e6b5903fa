/** EPGT with one flaw each, for its laws to catch. Some of the flaws are what the released code does. */
import { reference } from '../../backends/reference/index.ts'
import type { EpgtOptions } from '../../src/outer/epgt.ts'
import { epgt } from '../../src/outer/epgt.ts'
import type { EpgtSubject } from '../laws/epgt.ts'

const otherwise = (change: (options: EpgtOptions) => Partial<EpgtOptions>): EpgtSubject => (options) => epgt({ ...options, ...change(options) }, reference)

export const epgtMutants: Readonly<Record<string, EpgtSubject>> = {
  'credits the rollout before': otherwise(() => ({ credit: 'preceding' })),
  'credits the updates on one rollout only': otherwise(() => ({ phases: 1 })),
  'chooses every value anew, whether or not it takes effect': otherwise(() => ({ binding: 'free' })),
  'remembers every other update only': otherwise(() => ({ writeInterval: 2 })),
  'chooses before every other update only': otherwise(() => ({ readInterval: 2 })),
  'counts what was never tried as 0': otherwise(({ memory }) => ({ memory: { ...memory, rows: 'joint', untried: 'zero' } })),
  'never looks into its memory': otherwise(() => ({ epsilon: { from: 1, to: 1, envSteps: 1 } })),
  'takes a missing return for 0': (options) => {
    const sound = epgt(options, reference)
    return {
      ...sound,
      observe: (key, state, feedback) => {
        if (feedback.kind === 'probe') return state
        const members = feedback.members.map((member) => {
          const { lastRollout } = member.context
          if (lastRollout === null || !('episodes' in lastRollout) || !Number.isNaN(lastRollout.discountedReturn)) return member
          return { ...member, context: { ...member.context, lastRollout: { ...lastRollout, discountedReturn: 0 } } }
        })
        return sound.observe(key, state, { ...feedback, members } as typeof feedback)
      },
    }
  },
}
