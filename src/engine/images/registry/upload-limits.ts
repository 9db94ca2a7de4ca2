export interface UploadLimits {
  /** Up to so many bytes a blob goes in one request, above it as one that can be taken up again. */
  readonly monolithicBytes: number;
  /** Of a piece for those who refuse large requests; no less than the registry's own least. */
  readonly chunkBytes: number;
}

export const defaultUploadLimits: UploadLimits = { monolithicBytes: 64 << 20, chunkBytes: 16 << 20 };
