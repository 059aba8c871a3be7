/**
 * Numbers that name the parts of an e-graph. They are valid in the e-graph that made them only, and
 * equal runs give equal numbers.
 */

declare const classBrand: unique symbol;
declare const nodeBrand: unique symbol;
declare const operatorBrand: unique symbol;
declare const symbolBrand: unique symbol;
declare const applicationBrand: unique symbol;

/**
 * An e-class. Any member's number names the class, so numbers stay valid across unions; two of them
 * name one class when `find` maps them to the same number.
 */
export type ClassId = number & { readonly [classBrand]: true };

/** An e-node as it was first added; usable wherever its class is meant. */
export type NodeId = ClassId & { readonly [nodeBrand]: true };

/** An interned operator name. */
export type OpId = number & { readonly [operatorBrand]: true };

/** An interned pair of operator and payload: what two e-nodes must share besides children. */
export type SymbolId = number & { readonly [symbolBrand]: true };

/** One recorded application of a rule to a match. */
export type ApplicationId = number & { readonly [applicationBrand]: true };

export function classId(id: number): ClassId {
  return id as ClassId;
}

export function nodeId(id: number): NodeId {
  return id as NodeId;
}

export function opId(id: number): OpId {
  return id as OpId;
}

export function symbolId(id: number): SymbolId {
  return id as SymbolId;
}

export function applicationId(id: number): ApplicationId {
  return id as ApplicationId;
}
