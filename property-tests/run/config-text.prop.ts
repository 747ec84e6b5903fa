import { describe, expect, test } from 'vitest'
import { resolveConfig } from '../../src/run/config.ts'
import { applySet, parseConfigText, withLines } from '../../src/run/config-text.ts'
import { least, registry } from './config-samples.ts'

const yaml = `# a run
name: mine
task:
  kind: problem
  problem: { id: bowl }
learner:
  kind: vanilla-es
  popsize: 41
outer:
  kind: bierl-pm
  tune:
    sigm: { low: 0.02, high: 0.08 }
budget:
  steps: 5
compare:
  - label: a
    outer: { kind: fixed }
  - label: b
    outer:
      kind: fixd
`

const parsed = (text: string) => {
  const result = parseConfigText(text)
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}

const set = (config: unknown, ...assignments: readonly string[]): unknown =>
  assignments.reduce((current, assignment) => {
    const result = applySet(current, assignment)
    if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
    return result.right
  }, config)

describe('config text', () => {
  test('problems carry the line of their field, or of its nearest parent', () => {
    const text = parsed(yaml)
    const result = resolveConfig(text.value, registry)
    expect(result._tag === 'Left' && withLines(result.left, text).map(({ path }) => path)).toEqual([
      'compare.1.outer.kind (line 20)',
      'learner.popsize (line 8)',
      'outer.tune.sigm (line 12)',
    ])
    expect(text.lineOf('learner.missing.deep')).toBe(7)
    expect(text.lineOf('nothing')).toBeNull()
  })

  test('syntax errors are told by their lines', () => {
    expect(parseConfigText('a: 1\nb: [1,\nc: 2\n')).toMatchObject({ _tag: 'Left', left: [{ path: expect.stringMatching(/^line [234]$/), expected: 'YAML' }] })
    expect(parseConfigText('a: 1\na: 2\n')).toMatchObject({ _tag: 'Left', left: [{ path: 'line 2' }] })
  })

  test('JSON is YAML too, and an empty text is nothing', () => {
    expect(parsed(JSON.stringify(least)).value).toEqual(least)
    expect(parsed('# only words\n').value).toBeNull()
  })

  test('tags that ask for objects of a program make none, and prototypes stay as they are', () => {
    const text = parseConfigText('a: !!js/function "() => 1"\n__proto__: { polluted: 1 }\n')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    if (text._tag === 'Right') expect(resolveConfig(text.right.value, registry)._tag).toBe('Left')
  })
})

describe('set', () => {
  test.each<[string, unknown]>([
    ['budget.steps=7', { ...least, budget: { steps: 7 } }],
    ['learner.sigma=1e-2', { ...least, learner: { kind: 'vanilla-es', sigma: 0.01 } }],
    ['seed=abc', { ...least, seed: 'abc' }],
    ['seed="7"', { ...least, seed: '7' }],
    ['learner.commonRandomNumbers=true', { ...least, learner: { kind: 'vanilla-es', commonRandomNumbers: true } }],
    ['task.policy.hidden=[16, 16]', { ...least, task: { ...least.task, policy: { hidden: [16, 16] } } }],
    ['outer.hyper={ sigma: 0.1 }', { ...least, outer: { kind: 'fixed', hyper: { sigma: 0.1 } } }],
    ['name=a=b', { ...least, name: 'a=b' }],
    ['budget.envSteps=null', { ...least, budget: { steps: 5, envSteps: null } }],
  ])('%s', (assignment, expected) => {
    const before = JSON.stringify(least)
    expect(set(least, assignment)).toEqual(expected)
    expect(JSON.stringify(least)).toBe(before)
  })

  test('another kind or id drops the settings of the former one; the same keeps them', () => {
    const tuned = { ...least, outer: { kind: 'bierl-pm', interval: 3 } }
    expect(set(tuned, 'outer.kind=random', 'outer.interval=5')).toEqual({ ...least, outer: { kind: 'random', interval: 5 } })
    expect(set(tuned, 'outer.kind=bierl-pm')).toEqual(tuned)
    expect(set({ task: { kind: 'env', env: { id: 'A', options: { x: 1 } } } }, 'task.env.id=B')).toEqual({ task: { kind: 'env', env: { id: 'B' } } })
  })

  test('entries of lists are reached by their index', () => {
    const config = { compare: [{ label: 'a' }, { label: 'b' }] }
    expect(set(config, 'compare.1.label=c')).toEqual({ compare: [{ label: 'a' }, { label: 'c' }] })
    expect(applySet(config, 'compare.2.label=c')).toMatchObject({ _tag: 'Left', left: { expected: 'an index of an existing entry' } })
    expect(applySet(config, 'compare.x=c')).toMatchObject({ _tag: 'Left' })
  })

  test.each(['', 'x', '=1', 'a..b=1', '__proto__.x=1', 'a.__proto__=1', 'a=[1'])('%s is refused', (assignment) => {
    expect(applySet({}, assignment)).toMatchObject({ _tag: 'Left', left: { _tag: 'ConfigProblem', path: `--set ${assignment}` } })
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})
