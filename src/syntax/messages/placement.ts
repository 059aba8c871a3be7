import type { MessageTable } from '../../base/diagnostic.ts';
export type PlacementTable = {};
export const placementMessages: MessageTable<PlacementTable> = {};
