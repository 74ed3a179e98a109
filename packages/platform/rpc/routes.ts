import type { DescService } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";

/** A service of the contract with all its RPCs implemented. */
export interface Route<Desc extends DescService = DescService> {
  readonly desc: Desc;
  readonly impl: ServiceImpl<Desc>;
}

/** Pairs a service with its implementation; every RPC of the contract must be there. */
export function route<Desc extends DescService>(desc: Desc, impl: ServiceImpl<Desc>): Route<Desc> {
  return { desc, impl };
}
