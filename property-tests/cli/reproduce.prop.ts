/**
 * Studies by the command line: a small one is run, summed up and left alone when asked for again.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bilevel, digestOf, requireBuild, workshop } from './program.ts'

const shop = workshop()
const run = (...args: readonly string[]) => bilevel(shop.path, ...args)

beforeAll(requireBuild)
afterAll(shop.remove)

describe('reproduce', () => {
  test('a study is run at the size asked for, summed up with its claims, and not run again', async () => {
    const args = ['reproduce', 'epgt-fig4', '--budget', '0.002', '--seeds', '1', '--out', 'studies'] // 40 env steps
    const first = await run(...args)
    expect([first.code, first.err.includes('error')]).toEqual([0, false])
    expect(first.out).toContain("40 env steps (0.2\u00A0% of the paper's 20\u00A0k), 1 of 5 seeds.")
    expect(first.out).toContain('**undecided**')
    expect(first.out).toContain('Atari games are not among the environments')
    const arms = shop.at(join('studies', 'epgt-fig4', 'mountain-car', '40'))
    expect(readdirSync(arms)).toHaveLength(7)
    const digests = () => readdirSync(arms).map((arm) => digestOf(join(arms, arm, 'seed-1')))
    const before = digests()
    const page = shop.at(join('studies', 'epgt-fig4', 'epgt-fig4.md'))
    const text = readFileSync(page, 'utf8')
    const again = await run(...args)
    expect([again.code, again.out]).toEqual([0, first.out])
    expect([digests(), readFileSync(page, 'utf8')]).toEqual([before, text])
  }, 120_000)

  test.each([
    [['epgt-fgi2'], "did you mean 'epgt-fig2'?"],
    [['epgt-fig9'], 'out of reach'],
    [['epgt-fig2', '--arena', 'desert'], 'there are mountain-car, bipedal-walker'],
    [['epgt-fig2', '--budget', '1.5'], 'expected a number above 0 and at most 1'],
  ])('%j is refused with a reason', async (args, reason) => {
    const { code, err } = await run('reproduce', ...args)
    expect([code, err.includes(reason)]).toEqual([2, true])
  })
})
