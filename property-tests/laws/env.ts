/**
 * Laws that every environment obeys, as a suite: the shipped `checkEnv`, and that two environments opened apart agree bit for bit.
 *
 * *Source:* house rule 9, laws of environments. *Deviations:* none.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkEnv, type CheckEnvOptions, type Finding } from '../../src/core/check-env.ts'
import { type EnvLaw, environmentLaws } from '../../src/core/env-laws.ts'
import { follow, followAll, recordEpisode, stepDifference } from '../../src/core/env-record.ts'
import type { Env, EnvEntry } from '../../src/core/env.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'

/** A finding in one line. */
export const asLine = ({ severity, law, message }: Finding): string => `${severity} (${law}): ${message}`

/** Notes say that a law was not exercised; an environment opened with a short time limit should leave none. */
export const envLaws = <S>(name: string, open: () => Promise<Env<S>>, options: Partial<CheckEnvOptions> = {}): void => {
  describe(`laws of ${name}`, () => {
    const root = rootKey('environment laws')
    let env: Env<S>
    let findings: readonly Finding[] = []
    beforeAll(async () => {
      env = await open()
      findings = [0, 1].flatMap((i) => checkEnv(env, foldIn(root, i), options))
    })
    afterAll(() => env.close())

    test.each(Object.keys(environmentLaws) as EnvLaw[])('%s', (law) => {
      expect(findings.filter((each) => each.law === law && each.severity !== 'note').map(asLine)).toEqual([])
    })

    test('two environments opened apart agree bit for bit', async () => {
      const other = await open()
      const episode = recordEpisode(env, foldIn(root, 2), 100, 'random')
      expect(other.spec).toEqual(env.spec)
      const first = other.reset(episode.keyReset)
      expect(stepDifference(other, episode.steps[0], first)).toBeNull()
      let { state } = first
      episode.actions.forEach((action, t) => {
        const next = other.step(episode.keys[t], state, action)
        expect(stepDifference(other, episode.steps[t + 1], next)).toBeNull()
        state = next.state
      })
      expect(followAll(follow(other.live(), episode))).toBeNull()
      other.close()
    })

    test('a step before the first reset and bytes that are no state are refused', () => {
      const { observationSpace, actionSpace } = env.spec
      const size = (space: typeof observationSpace): number => (space.kind === 'box' ? space.low.length : 1)
      expect(() => env.live().step(root, new Float64Array(size(actionSpace)), new Float64Array(size(observationSpace)))).toThrow()
      expect(() => env.live().reset(root, new Float64Array(size(observationSpace) + 1))).toThrow(RangeError)
      expect(() => env.decode(new Uint8Array(3))).toThrow(RangeError)
    })
  })
}

/** What a registry entry promises: its id is the id of what it opens, and a mistyped option is refused with the nearest name. */
export const entryLaws = (entry: EnvEntry): void => {
  test(`${entry.id}: the entry opens what it names and refuses unknown options`, async () => {
    const env = await entry.open({})
    expect(env.spec.id).toBe(entry.id)
    expect(env.spec.title).toBe(entry.title)
    env.close()
    const [name] = Object.keys(entry.options)
    const mistyped = `${name}s`
    await expect(entry.open({ [mistyped]: 1 })).rejects.toThrow(`unknown option "${mistyped}"; did you mean "${name}"?`)
    await expect(entry.open({ [name]: 'of the wrong kind' })).rejects.toThrow(RangeError)
  })
}
