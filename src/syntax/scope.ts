/** What the names of a program's declarations stand for, collected before anything is resolved. */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source.ts';
import { isBuiltin } from '../ir/builtins.ts';
import type {
  Ast,
  ChannelItem,
  FunctionItem,
  LatticeItem,
  Member,
  Name,
  ParameterItem,
  RoleItem,
  TypeItem,
} from './ast.ts';
import { syntaxMessages } from './messages.ts';

export type NamedType = RoleItem | TypeItem | LatticeItem;
export type LocalMember = Extract<Member, { readonly kind: 'relation' | 'static' | 'timer' }>;

export interface Scope {
  readonly parameters: ReadonlyMap<string, ParameterItem>;
  readonly types: ReadonlyMap<string, NamedType>;
  readonly functions: ReadonlyMap<string, FunctionItem>;
  readonly roles: ReadonlyMap<string, RoleItem>;
  readonly channels: ReadonlyMap<string, ChannelItem>;
  /** Relations, statics and timers, by role and name. */
  readonly locals: ReadonlyMap<string, ReadonlyMap<string, LocalMember>>;
  readonly broken: ReadonlySet<string>;
}

/** The tables, and a report for each name that is declared twice. */
export function collectScope(ast: Ast): {
  readonly scope: Scope;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const parameters = new Map<string, ParameterItem>();
  const types = new Map<string, NamedType>();
  const functions = new Map<string, FunctionItem>();
  const roles = new Map<string, RoleItem>();
  const channels = new Map<string, ChannelItem>();
  const invariants = new Map<string, Named>();
  /** Everything that `name(..)` could mean in every role. */
  const callable = new Map<string, Named>();
  const add = <T extends Named>(table: Map<string, T>, item: T): boolean => {
    const earlier = table.get(item.name.text);
    if (earlier === undefined) table.set(item.name.text, item);
    else diagnostics.push(declaredTwice(item.name, earlier.name.span));
    return earlier === undefined;
  };
  for (const item of ast.items) {
    switch (item.kind) {
      case 'parameter':
        add(parameters, item);
        break;
      case 'type':
      case 'lattice':
        add(types, item);
        break;
      case 'function':
        if (isBuiltin(item.name.text)) diagnostics.push(builtinAgain(item.name));
        else if (add<Named>(callable, item)) functions.set(item.name.text, item);
        break;
      case 'role':
        if (add<NamedType>(types, item) && add<Named>(callable, item)) {
          roles.set(item.name.text, item);
        }
        break;
      case 'channel':
        if (add<Named>(callable, item)) channels.set(item.name.text, item);
        break;
      case 'invariant':
        add(invariants, item);
        break;
      case 'history':
      case 'workload':
        break;
    }
  }
  const locals = new Map<string, ReadonlyMap<string, LocalMember>>();
  for (const [name, role] of roles) locals.set(name, localsOf(role, callable, diagnostics));
  const scope = { parameters, types, functions, roles, channels, locals, broken: ast.broken };
  return { scope, diagnostics };
}

interface Named {
  readonly name: Name;
}

function localsOf(
  role: RoleItem,
  callable: ReadonlyMap<string, Named>,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, LocalMember> {
  const locals = new Map<string, LocalMember>();
  for (const member of role.members) {
    if (member.kind !== 'relation' && member.kind !== 'static' && member.kind !== 'timer') continue;
    const { name } = member;
    const earlier = callable.get(name.text) ?? locals.get(name.text);
    if (earlier !== undefined) diagnostics.push(declaredTwice(name, earlier.name.span));
    else locals.set(name.text, member);
  }
  return locals;
}

function declaredTwice(name: Name, first: Span): Diagnostic {
  return syntaxMessages.report('IR0205', name.span, { name: name.text, first });
}

function builtinAgain(name: Name): Diagnostic {
  return syntaxMessages.report('IR0206', name.span, { name: name.text });
}
