import { describe, expect, it } from 'vitest'
import { add, fromRows, matrix, packed, rows, scale, subtract, transposed, vector } from '../../src/core/tensor.ts'

describe('tensors', () => {
  it('copy what they are made of', () => {
    const values = Float64Array.of(1, 2, 3, 4, 5, 6)
    const tensor = matrix(values, 2, 3)
    values[0] = 99
    expect(tensor.shape).toEqual([2, 3])
    expect(tensor.get(0, 0)).toBe(1)
    expect(tensor.get(1, 2)).toBe(6)
    expect(vector([7, 8]).get(1)).toBe(8)
  })

  it('are row-major, and their rows come back', () => {
    const lines = [[1, 2, 3], [4, 5, 6]]
    expect([...fromRows(lines).data]).toEqual([1, 2, 3, 4, 5, 6])
    expect(rows(fromRows(lines)).map((row) => [...row])).toEqual(lines)
    expect(fromRows([]).shape).toEqual([0, 0])
  })

  it('a transpose is a view, packed in its own order', () => {
    const tensor = transposed(matrix([1, 2, 3, 4, 5, 6], 2, 3))
    expect(tensor.shape).toEqual([3, 2])
    expect(tensor.get(2, 0)).toBe(3)
    expect([...packed(tensor)]).toEqual([1, 4, 2, 5, 3, 6])
    expect([...packed(transposed(tensor))]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('add, subtract and scale entry by entry, also across strides, into new tensors', () => {
    const a = matrix([1, 2, 3, 4], 2, 2)
    const sum = add(a, transposed(a))
    expect([...packed(sum)]).toEqual([2, 5, 5, 8])
    expect([...packed(subtract(sum, a))]).toEqual([1, 3, 2, 4])
    expect([...packed(scale(a, -2))]).toEqual([-2, -4, -6, -8])
    expect([...packed(a)]).toEqual([1, 2, 3, 4])
  })

  it('wrong shapes are rejected', () => {
    expect(() => matrix([1, 2, 3], 2, 2)).toThrow('3 values for 2 x 2')
    expect(() => fromRows([[1, 2], [3]])).toThrow('row 1 has 1 entries')
    expect(() => rows(vector([1]))).toThrow('expected a matrix')
    expect(() => add(vector([1]), vector([1, 2]))).toThrow('differ')
  })
})
