/**
 * Every broken environment is named by its law, and the healthy one by none.
 */
import { describe, expect, test } from 'vitest'
import { checkEnv } from '../../src/core/check-env.ts'
import { type EnvLaw, environmentLaws } from '../../src/core/env-laws.ts'
import { rootKey } from '../../src/core/rng.ts'
import { asLine } from '../laws/env.ts'
import { brokenEnvs, healthyEnv } from './envs.ts'

describe('environments that break one law', () => {
  test('the healthy environment leaves no findings', () => {
    for (const seed of [1, 2, 3, 4]) expect(checkEnv(healthyEnv(), rootKey(seed)).map(asLine)).toEqual([])
  })

  test.each(Object.entries(brokenEnvs))('an environment that %s is named', (_, [law, open]) => {
    const findings = checkEnv(open(), rootKey(3))
    expect(findings.map((each) => each.law)).toContain(law)
    expect(findings.every((each) => each.message !== '' && each.hint !== '')).toBe(true)
  })

  test('every law has a mutant', () => {
    const caught = new Set<EnvLaw>(Object.values(brokenEnvs).map(([law]) => law))
    expect(Object.keys(environmentLaws).filter((law) => !caught.has(law as EnvLaw))).toEqual([])
  })
})
