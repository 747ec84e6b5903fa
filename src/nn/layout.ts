/**
 * Where the named arrays of a network lie in its one flat parameter vector.
 *
 * Parameters are always one `Float64Array`; a layout lists the arrays in order, row-major, without gaps. It names what an
 * optimiser, a report or a reader of a checkpoint sees; networks themselves only need the offsets.
 *
 * *Source:* house contract 4; names follow PyTorch's `state_dict`. *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'

/** One array of the vector: entries `offset` … `offset + Π shape − 1`, row-major. */
export type LayoutEntry = Readonly<{ name: string; shape: readonly number[]; offset: number }>

/** The arrays of a flat vector, in order. */
export type Layout = readonly LayoutEntry[]

const entrySize = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/** Length of the flat vector that `layout` describes. */
export const layoutSize = (layout: Layout): number => layout.reduce((sum, entry) => sum + entrySize(entry.shape), 0)

/** The layout of arrays that follow one another without gaps. */
export const layoutOf = (arrays: readonly (readonly [name: string, shape: readonly number[]])[]): Layout => {
  let offset = 0
  return arrays.map(([name, shape]) => {
    const entry = { name, shape, offset }
    offset += entrySize(shape)
    return entry
  })
}

/** Layouts one behind the other; every name gets the prefix of its part and a dot. */
export const joinLayouts = (parts: readonly (readonly [prefix: string, layout: Layout])[]): Layout =>
  layoutOf(parts.flatMap(([prefix, layout]) => layout.map((entry) => [`${prefix}.${entry.name}`, entry.shape] as const)))

/** Flat vectors one behind the other, as `joinLayouts` has their layouts. */
export const joinVectors = (parts: readonly Float64Array[]): Float64Array => {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** A view of the array `name` inside `parameters`; an unknown name or a vector that is too short breaks an invariant. */
export const arrayOf = (layout: Layout, parameters: Float64Array, name: string): Float64Array => {
  const entry = layout.find((candidate) => candidate.name === name)
  invariant(entry !== undefined, `no array '${name}' among ${layout.map((candidate) => candidate.name).join(', ')}`)
  const end = entry.offset + entrySize(entry.shape)
  invariant(parameters.length >= end, `'${name}' ends at ${end} but the vector has ${parameters.length} entries`)
  return parameters.subarray(entry.offset, end)
}
