/** Files that a config names are read into it, or refused with what is wrong with them. */
import { describe, expect, test } from 'vitest'
import { embedFiles, filesOf } from '../../src/run/config.ts'
import { encodeCheckpoint } from '../../src/run/checkpoint.ts'
import { startMark } from '../../src/run/events.ts'
import { toBase64 } from '../../src/run/base64.ts'
import { encodeSchedule } from '../../src/run/schedule-file.ts'
import { problemsOf, registry, resolved, written } from './config-samples.ts'

const pm = { kind: 'bierl-pm' }

describe('files that a config names', () => {
  const network = Float64Array.from({ length: 11_361 }, (_, i) => i / 7)
  const checkpoint = (state: unknown): Uint8Array => encodeCheckpoint({ runId: 'r', configDigest: 'c', codeVersion: 'v', step: 1, events: startMark, state })

  test('a schedule is read into rows, and the config stands for itself', () => {
    const config = resolved(written({ outer: { kind: 'schedule', file: 's.json' }, compare: [{ label: 'x', outer: { kind: 'schedule', file: 's.json' } }] }))
    expect(filesOf(config, registry)).toEqual(['s.json'])
    const rows = [{ step: 0, hyper: { sigma: 0.1 } }]
    const text = encodeSchedule({ format: 'bilevel-schedule', version: 1, rows })
    const embedded = embedFiles(config, registry, new Map([['s.json', new TextEncoder().encode(text)]]))
    expect(embedded).toMatchObject({ right: { outer: { file: null, rows }, compare: [{ outer: { file: null, rows } }] } })
    if (embedded._tag === 'Right') {
      expect(filesOf(embedded.right, registry)).toEqual([])
      expect(resolved(embedded.right)).toStrictEqual(embedded.right)
    }
  })

  test.each([
    ['{', 'outer.file: line 1'],
    ['{"format":"bilevel-schedule","version":1,"rows":[{"stp":0,"hyper":{}}]}', 'outer.file: rows.0.step'],
    ['{"format":"bilevel-schedule","version":1,"rows":[{"step":0,"hyper":{"sigm":1}}]}', 'outer.rows.0.hyper.sigm'],
  ])('a schedule file %s is refused by its place', (text, path) => {
    const config = resolved(written({ outer: { kind: 'schedule', file: 's.json' } }))
    expect(embedFiles(config, registry, new Map([['s.json', new TextEncoder().encode(text)]]))).toMatchObject({
      _tag: 'Left',
      left: expect.arrayContaining([expect.objectContaining({ path })]),
    })
  })

  test('a network of an earlier run is read from its checkpoint', () => {
    const config = resolved(written({ outer: { ...pm, warmStart: 'warm.ckpt' } }))
    const embed = (state: unknown) => embedFiles(config, registry, new Map([['warm.ckpt', checkpoint(state)]]))
    expect(embed({ scheduler: { parameters: network } })).toMatchObject({ _tag: 'Left', left: [{ path: 'outer.initialParameters', received: '11361 numbers' }] })
    const wanted = Number(/of (\d+) little/.exec(problemsOf(written({ outer: { ...pm, initialParameters: 'AAAA' } }))[0].expected)?.[1])
    const fitting = Float64Array.from({ length: wanted }, (_, i) => i / 7)
    expect(embed({ scheduler: { parameters: fitting } })).toMatchObject({ right: { outer: { warmStart: null, initialParameters: toBase64(fitting) } } })
    expect(embed({ scheduler: {} })).toMatchObject({ left: [{ path: 'outer.warmStart' }] })
    expect(embed(null)).toMatchObject({ left: [{ path: 'outer.warmStart' }] })
    const damaged = checkpoint({}).map((byte, i) => (i === 50 ? byte ^ 1 : byte))
    expect(embedFiles(config, registry, new Map([['warm.ckpt', damaged]]))).toMatchObject({ left: [{ path: 'outer.warmStart' }] })
  })
})
