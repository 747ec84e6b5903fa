/** The report on engines says what it should of answers that agree, differ, lack something, or never came. */
import { describe, expect, test } from 'vitest'
import { digestChain, firstDifferingPart } from './digest-chain.ts'
import { type Golden, updatedGolden } from './golden.ts'
import type { Answer } from './run-engine.ts'
import { allAgree, complaintsOf, rowOf, tableText } from './verdict.ts'
import type { Column, Message } from './work.ts'

const columns: readonly Column[] = [
  { group: 'a', golden: 'a' },
  { group: 'b', golden: 'runs' },
]
const golden: Golden = { madeBy: 'Node 20.0.0', chains: { a: { one: '11 12', two: '21 22' }, runs: { run: '31' } } }

const part = { what: 'steps', size: 10 }
const chain = (group: string, name: string, marks: readonly string[]): Message => ({ kind: 'chain', group, golden: group, name, part, chain: marks, ms: 1 })
const good: readonly Message[] = [chain('a', 'one', ['11', '12']), chain('a', 'two', ['21', '22']), chain('b', 'run', ['31'])]
const end: Message = { kind: 'end', agent: 'Node 20.1.0' }
const answerOf = (messages: readonly Message[], failure: string | null = null): Answer => ({ messages, failure, seconds: 2 })
const rowFor = (answer: Answer | null) => rowOf({ id: 'x', title: 'X', answer }, golden, columns)

describe('a row', () => {
  test('of an engine that agrees is green, under the name that the engine gives itself', () => {
    const row = rowFor(answerOf([...good, end]))
    expect(row).toMatchObject({ title: 'Node 20.1.0', cells: [{ verdict: 'ok' }, { verdict: 'ok' }], seconds: 2 })
    expect(allAgree([row])).toBe(true)
  })

  test('of an engine that was not found is not run, which is no complaint and no agreement', () => {
    const row = rowFor(null)
    expect(row.cells.map(({ verdict }) => verdict)).toEqual(['not run', 'not run'])
    expect(complaintsOf(row)).toEqual([])
    expect(tableText([row], columns)).toMatch(/X {8}not run/)
  })

  test.each([
    ['a mark', [chain('a', 'one', ['11', 'xx']), ...good.slice(1), end], ['differs', 'ok'], 'one, steps 11 to 20'],
    ['a missing mark', [chain('a', 'one', ['11']), ...good.slice(1), end], ['differs', 'ok'], 'one, steps 11 to 20'],
    ['two chains', [chain('a', 'one', ['x', 'x']), chain('a', 'two', ['x', 'x']), good[2], end], ['differs', 'ok'], 'one, steps 1 to 10 (and 1 more of 2)'],
    ['a chain that was not answered', [...good.slice(1), end], ['differs', 'ok'], 'one was not answered'],
    ['a chain that nobody knows', [...good, chain('a', 'new', ['1']), end], ['differs', 'ok'], 'new is not in the golden data'],
    ['a failure', [...good.slice(1), { kind: 'failed', group: 'a', golden: 'a', name: 'one', reason: 'it broke' }, end], ['failed', 'ok'], 'one: it broke'],
  ] as const)('tells of %s', (_what, messages, verdicts, complaint) => {
    const row = rowFor(answerOf(messages))
    expect(row.cells.map(({ verdict }) => verdict)).toEqual(verdicts)
    expect(complaintsOf(row)).toEqual([complaint])
    expect(allAgree([row])).toBe(false)
    expect(tableText([row], columns)).toContain(complaint)
  })

  test('of an engine that died is red even where all that it said was right', () => {
    const row = rowFor(answerOf(good.slice(0, 2), 'ended with 1'))
    expect(row.cells.map(({ verdict }) => verdict)).toEqual(['ok', 'failed'])
    expect(complaintsOf(row)[0]).toBe('ended with 1')
  })
})

describe('golden data', () => {
  const answer = answerOf([chain('a', 'one', ['x1', 'x2']), chain('a', 'new', ['n']), end])
  const [first] = columns

  test('grow by what is new, and lose what is gone; what is there stays', () => {
    expect(updatedGolden(golden, answer, [first], false)).toEqual({ madeBy: 'Node 20.1.0', chains: { ...golden.chains, a: { one: '11 12', new: 'n' } } })
  })

  test('are replaced only by wish, and only in the groups that were asked', () => {
    expect(updatedGolden(golden, answer, [first], true)).toEqual({ madeBy: 'Node 20.1.0', chains: { ...golden.chains, a: { one: 'x1 x2', new: 'n' } } })
  })
})

describe('a chain of digests', () => {
  test('seals what came before: a change shows in its part and all later ones', () => {
    const parts = [[1, 2], [3], [4, 5, 6]]
    const chainOfParts = digestChain(parts)
    expect(digestChain(parts)).toEqual(chainOfParts)
    const changed = digestChain([[1, 2], [3.0000000001], [4, 5, 6]])
    expect(firstDifferingPart(chainOfParts, changed)).toBe(1)
    expect(changed[2]).not.toBe(chainOfParts[2])
    expect(firstDifferingPart(chainOfParts, chainOfParts)).toBeNull()
  })

  test('tells −0 from 0, not one NaN from another, and where parts are cut', () => {
    const other = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer)
    expect(digestChain([[0]])).not.toEqual(digestChain([[-0]]))
    expect(digestChain([other])).toEqual(digestChain([[NaN]]))
    expect(digestChain([[1, 2], [3]]).at(-1)).not.toBe(digestChain([[1], [2, 3]]).at(-1))
  })
})
