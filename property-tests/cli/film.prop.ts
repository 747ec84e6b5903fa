/**
 * Films of runs as a user meets them: in the report, made once and made again where they are missing or old, and on demand.
 *
 * *Source:* none. *Deviations:* none.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeFilm, type FilmFile } from '../../src/run/film-file.ts'
import { bilevel, digestOf, requireBuild, workshop } from './program.ts'

const shop = workshop()
const run = (...args: readonly string[]) => bilevel(shop.path, ...args)
const textOf = (...path: readonly string[]): string => readFileSync(join(shop.path, ...path), 'utf8')

const config = (task: string, rest = ''): string => `name: filmed
seed: 5
task: ${task}
learner: { kind: vanilla-es, popsize: 4 }
outer: { kind: fixed }
budget: { steps: 6 }
checkpoint: { every: 2 }
${rest}`

const HOPPER = config('{ kind: env, env: { id: Hopper-v5 }, policy: { hidden: [8] } }', 'compare: [{ label: other, outer: { kind: random, interval: 2 } }]')
const SPHERE = config('{ kind: problem, problem: { id: sphere } }')
/** An environment of a user's own without pictures. */
const BLIND = config('{ kind: env, env: { id: Blind-v0 }, policy: { hidden: [2] } }', 'modules: [./blind.mjs]')
const BLIND_MODULE = `
const spec = { id: 'Blind-v0', title: 'nothing to see', source: 'none', observationSpace: { kind: 'box', low: [-1], high: [1] },
  actionSpace: { kind: 'box', low: [-1], high: [1] }, observations: [{ name: 'x', unit: '1', low: -1, high: 1 }],
  actions: [{ name: 'a', unit: '1', low: -1, high: 1 }], timeLimit: 3, rewardThreshold: null, dt: null }
const live = () => { let t = 0; return { spec, reward: 0, terminated: false, truncated: false, unstable: false,
  reset(key, obs) { t = 0; obs[0] = 0; this.reward = 0; this.truncated = false }, step(key, action, obs) { t++; this.reward = action[0]; this.truncated = t >= 3 },
  save: () => Uint8Array.of(t), restore(bytes) { t = bytes[0] }, info: () => ({}) } }
export const bilevel = { envs: [{ id: 'Blind-v0', title: 't', source: 's', options: {}, open: async () => ({ spec, live, close() {} }) }] }
`

const filmOf = (...path: readonly string[]): FilmFile => {
  const read = decodeFilm(textOf(...path, 'film.json'))
  return read._tag === 'Right' ? read.right : expect.fail(JSON.stringify(read.left))
}
const figures = (directory: string): readonly string[] => readdirSync(join(shop.path, directory, 'report', 'figures'))

beforeAll(async () => {
  requireBuild()
  writeFileSync(shop.at('hopper.yaml'), HOPPER)
  writeFileSync(shop.at('sphere.yaml'), SPHERE)
  writeFileSync(shop.at('blind.yaml'), BLIND)
  writeFileSync(shop.at('blind.mjs'), BLIND_MODULE)
  const { code, err } = await run('train', 'hopper.yaml', '--out', 'hopper', '--workers', '2')
  if (code !== 0) throw new Error(err)
})

afterAll(shop.remove)

describe('the film of a run', () => {
  test('is in its report, with that of what it is compared with', () => {
    expect(figures('hopper')).toEqual(expect.arrayContaining(['film.svg', 'film.png']))
    expect(textOf('hopper', 'report.html')).toContain('One episode of the final policy')
    const [own, other] = [filmOf('hopper'), filmOf('hopper', 'compare', 'other')]
    expect([own.step, other.step]).toEqual([6, 6])
    expect(own.film.frames[0]).toMatchObject({ step: 0, returnSoFar: 0 })
    expect(own.film.frames.at(-1)).toMatchObject({ step: own.film.envSteps, returnSoFar: own.film.episodeReturn })
  })

  test('is the same whoever makes it, and enters no digest', async () => {
    const [film, svg, digest] = [textOf('hopper', 'film.json'), textOf('hopper', 'report', 'figures', 'film.svg'), digestOf(shop.at('hopper'))]
    rmSync(shop.at('hopper/film.json'))
    writeFileSync(shop.at('hopper/compare/other/film.json'), 'torn')
    expect((await run('report', 'hopper')).code).toBe(0)
    expect([textOf('hopper', 'film.json'), textOf('hopper', 'report', 'figures', 'film.svg'), digestOf(shop.at('hopper'))]).toEqual([film, svg, digest])
    expect(filmOf('hopper', 'compare', 'other').step).toBe(6)
    expect((await run('train', 'hopper.yaml', '--out', 'alone', '--workers', '0')).code).toBe(0)
    expect([textOf('alone', 'film.json'), digestOf(shop.at('alone'))]).toEqual([film, digest])
  })

  test('that is not of the newest checkpoint is made again', async () => {
    const film = filmOf('hopper')
    writeFileSync(shop.at('hopper/film.json'), textOf('hopper', 'film.json').replace('"step":6', '"step":4'))
    expect((await run('report', 'hopper', '--out', shop.at('again.html'))).code).toBe(0)
    expect(filmOf('hopper')).toEqual(film)
  })

  test('of an evaluation is of its first episode', async () => {
    const { code, out } = await run('eval', 'hopper', '--episodes', '1', '--workers', '0', '--pictures', 'strip.svg')
    expect([code, out]).toEqual([0, expect.stringContaining('strip.svg')])
    const [, mean] = /return ([-\d.]+)/.exec(out) ?? []
    const [, shown] = /return ([\u2212\d.]+) in \d+ env steps/.exec(textOf('strip.svg')) ?? []
    expect(shown.replace('\u2212', '-')).toBe(mean)
  })
})

describe('where there is nothing to see', () => {
  test.each(['sphere', 'blind'])('a run on %s has a report without a strip, and no word about it', async (name) => {
    const { code, err } = await run('train', `${name}.yaml`, '--out', name, '--workers', '0')
    expect([code, err]).toEqual([0, expect.not.stringContaining('pictures')])
    expect(existsSync(shop.at(`${name}/film.json`))).toBe(false)
    expect(figures(name)).not.toContain('film.svg')
  })

  test('pictures that are asked for are refused, and nothing is written', async () => {
    const { code, err } = await run('eval', 'sphere', '--episodes', '1', '--workers', '0', '--pictures', 'none.svg')
    expect([code, err]).toEqual([2, expect.stringContaining('no pictures')])
    expect(existsSync(shop.at('none.svg'))).toBe(false)
  })
})
