/** One page of a list, in the envelope of OpenAPI's PaginatedCvmInfos and KmsListResponse; pages count from 1. */
export function page<Item>(all: readonly Item[], asked: { readonly page: number; readonly page_size: number }) {
  const first = (asked.page - 1) * asked.page_size;
  return {
    items: all.slice(first, first + asked.page_size),
    total: all.length,
    page: asked.page,
    page_size: asked.page_size,
    pages: Math.ceil(all.length / asked.page_size),
  };
}
