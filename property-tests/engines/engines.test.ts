/**
 * Every engine that this machine has computes the golden digests, and the script that says so notices an engine that does not.
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { builtIn } from '../../src/cli/registry.ts'
import { enginesAt } from './engines.ts'
import { readGolden } from './golden.ts'
import { kernelCalls } from './kernels.ts'
import { type Asked, askEngines, root, withEditedBuild } from './script.ts'
import { shortRuns } from './short-runs.ts'
import { complaintsOf, type Heard } from './verdict.ts'

const build = join(root, 'dist')
const engines = enginesAt(root)
const golden = readGolden(join(root, 'property-tests/engines/golden.json'))
const minute = 60_000

/** The last mark of each chain of a group, which stands for the whole of it. */
const marksOf = ({ answer }: Heard, group: string): readonly string[] =>
  answer?.messages.flatMap((message) => (message.kind === 'chain' && message.group === group ? [`${message.name} ${message.chain.at(-1)}`] : [])) ?? []

describe('every engine computes the golden digests', () => {
  let asked: Asked
  beforeAll(async () => {
    asked = await askEngines(build)
    process.stdout.write(`\n${asked.table}\n`)
  }, 20 * minute)

  for (const { id, title, command } of engines) {
    test.skipIf(command === null)(command === null ? `${title}: not run` : title, () => {
      const row = asked.rows.find((candidate) => candidate.id === id)
      expect(row?.cells.map(({ verdict }) => verdict)).toEqual(row?.cells.map(() => 'ok'))
      expect(row === undefined ? ['no answer'] : complaintsOf(row)).toEqual([])
    })
  }

  test('and the script ends well', () => {
    expect(asked.code, asked.table).toBe(0)
  })
})

describe('there are golden digests', () => {
  test.each([
    ['learner', builtIn.learners],
    ['outer', builtIn.outers],
  ] as const)('for every %s of the package', (part, entries) => {
    const used = Object.values(shortRuns).map((config) => (config[part] as Readonly<{ kind: string }>).kind)
    const missing = entries.map(({ kind }) => kind).filter((kind) => !used.includes(kind))
    expect(missing, `add a run to property-tests/engines/short-runs.ts, then: npm run engines -- --add --groups '1 worker'`).toEqual([])
  })

  test('for every wrapper of the package', () => {
    const names = Object.keys(golden.chains.wrappers).join()
    expect(builtIn.wrappers.map(({ kind }) => kind).filter((kind) => !names.includes(`"${kind}"`))).toEqual([])
  })

  test('for every kernel of the backends', () => {
    const used = new Set<string>()
    const watched = new Proxy(reference.kernels, {
      get: (kernels, name, receiver) => {
        used.add(String(name))
        return Reflect.get(kernels, name, receiver) as unknown
      },
    })
    Object.values(kernelCalls).forEach((call) => call(watched, 3))
    expect(Object.keys(reference.kernels).filter((name) => !used.has(name))).toEqual([])
  })

  test('which were made by Node 20', () => {
    expect(golden.madeBy).toMatch(/^Node 20\./)
  })
})

/** The compiled tanh, with the platform's in its place. */
const injectTanh = (text: string): string => text.replace(/export const tanh = \(x\) => \{/, '$& return Math.tanh(x);')

describe('a Math.tanh in place of ours', () => {
  let asked: Asked
  beforeAll(async () => {
    asked = await withEditedBuild('src/core/dmath-exp.js', injectTanh, (dist) => askEngines(dist, '--groups', 'classic,policies,1 worker on reference'))
  }, 20 * minute)

  test('turns the script red and is traced to what computes with it', () => {
    expect(asked.code).toBe(1)
    for (const row of asked.rows.filter(({ seconds }) => seconds !== null)) {
      expect(row.cells.map(({ verdict }) => verdict), row.title).toEqual(['ok', 'differs', 'differs'])
      expect(asked.table).toContain(`${row.title}, policies, differs: Pendulum-v1 by a policy, steps 1 to 100`)
    }
  })

  test.skipIf(engines.filter(({ command }) => command !== null).length < 2)('gives different digests in different engines', () => {
    const answered = asked.heard.filter(({ answer }) => answer !== null)
    expect(new Set(answered.map((heard) => marksOf(heard, 'classic').join()))).toHaveLength(1)
    for (const group of ['policies', '1 worker on reference']) expect(new Set(answered.map((heard) => marksOf(heard, group).join())).size).toBeGreaterThan(1)
  })
})

describe('an engine that fails', () => {
  test.each([
    ['throws', "throw new Error('out of order')", 'out of order'],
    ['ends early', 'process.exit(3)', 'ended with 3'],
  ])('and %s is not mistaken for one that agrees', async (_how, statement, reason) => {
    const edit = (text: string): string => text.replace(/\bopen\b[^{]*\{/, `$& ${statement};`)
    const asked = await withEditedBuild('envs/classic/cart-pole.js', edit, (dist) => askEngines(dist, '--engines', 'node', '--groups', 'classic'))
    expect(asked.code).toBe(1)
    expect(asked.rows[0].cells[0].verdict).toBe('failed')
    expect(asked.table).toContain(reason)
  })
})
