/** The laws of adaptations catch every broken one. */
import { expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { adaptationWorker } from '../../src/rl/adaptation.ts'
import { adaptationCriticHidden, adaptationLaws, adaptationPolicy, openAdaptationEnv } from '../laws/adaptation.ts'
import { adaptationMutants } from './adaptations.ts'

const env = await openAdaptationEnv()
const sound = adaptationWorker({ policy: adaptationPolicy, criticHidden: adaptationCriticHidden, adaptation: { kind: 'ddpg' } }, env.spec, reference)

test.each(adaptationMutants)('one that %s is caught', (_flaw, name, breakIt) => {
  const law = adaptationLaws.find((each) => each.name === name)
  expect(() => law?.check({ env, worker: sound })).not.toThrow()
  expect(() => law?.check({ env, worker: breakIt(sound) })).toThrow()
})
