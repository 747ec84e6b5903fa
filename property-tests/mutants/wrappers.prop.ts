/** Every broken wrapper is caught by the law that names its flaw, and every law catches one. */
import { describe, expect, test } from 'vitest'
import { checkEnv } from '../../src/core/check-env.ts'
import { rootKey } from '../../src/core/rng.ts'
import { wrapperLaws } from '../laws/wrapper.ts'
import { brokenFaces, wrapperMutants, type WrapperFlaw } from './wrappers.ts'

const limit = 'a time limit truncates its last step and changes nothing else'
const clip = 'clipping hands on actions inside the bounds, and takes all others'
const rescale = 'rescaling is affine, meets both ends exactly, and goes on beyond them'
const frames = 'stacked frames are the last observations, the oldest first, padded by the first one'
const running = 'observations are standardised by the statistics of all that was seen so far'
const frozen = 'frozen statistics scale, while what is seen is gathered beside them'
const rewards = 'rewards are divided by the deviation of the discounted return, and not centred'
const goingOn = 'statistics can go on from an earlier episode, and be replaced in a state'
const repeats = 'a recording repeats its episode bit for bit, and on another environment says so'
const shares = 'a recording shares what it can with the ones before it, and none of them changes'

/** The law that must catch each flaw. */
const killedBy: Readonly<Record<WrapperFlaw, string>> = {
  'truncates one step late': limit,
  'terminates where the time is up': limit,
  'takes any number for a limit': limit,
  'clips to the unit box': clip,
  'clips, but says that it does not': clip,
  'takes NaN for the lower bound': clip,
  'clips what it rescales': rescale,
  'rescales by a factor and a rounded intercept': rescale,
  'stacks the newest frame first': frames,
  'pads with zeros': frames,
  'scales before it has looked': running,
  'divides by the sample variance': running,
  'counts a pseudo-observation': running,
  'ignores the statistics that it begins with': 'begun with its pseudo-count and not clipped, observations are those of Gymnasium',
  'forgets the clip': running,
  'goes on learning when frozen': frozen,
  'does not gather when frozen': frozen,
  'reads the buffer of frozen statistics at every step': frozen,
  'begins anew with every episode, whatever it is given': goingOn,
  'lets NaN into its statistics': 'what is not finite enters no statistics',
  'centres rewards': rewards,
  'divides by the deviation of rewards instead of returns': rewards,
  'carries the return into the next episode': goingOn,
  'takes every discount': rewards,
  'hides the reward of the environment': rewards,
  'merges statistics as workers answer': 'statistics of jobs, merged in job order, are those of one pass, whatever the number of workers',
  'forgets the key of the reset': repeats,
  'records one array that it writes on': shares,
  'copies the whole recording at every step': shares,
  'records nothing on its fast path': repeats,
  'replays without looking at the rewards': repeats,
}

describe('the laws of wrappers', () => {
  test.each(Object.entries(killedBy) as [WrapperFlaw, string][])('catch a wrapper that %s', (flaw, name) => {
    const law = wrapperLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(wrapperMutants[flaw])).toThrow()
  })

  test('each catch a flaw, and each flaw is caught', () => {
    expect([...new Set(Object.values(killedBy))].sort()).toEqual(wrapperLaws.map(({ name }) => name).sort())
    expect(Object.keys(killedBy).sort()).toEqual(Object.keys(wrapperMutants).sort())
  })
})

test.each(Object.entries(brokenFaces))('a wrapper of a user that %s is named by the laws of environments', (_, [law, open]) => {
  expect(checkEnv(open(), rootKey(3)).map((each) => each.law)).toContain(law)
})
