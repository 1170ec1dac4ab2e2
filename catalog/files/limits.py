"""How much a file may ask of the machine that looks at it."""

MEGABYTE = 1024 * 1024

# The child process as a whole; the kernel ends it at these, whatever the file does.
SECONDS = 5
MEMORY_BYTES = 320 * MEGABYTE
# Without pictures to decode, less will do: so no bomb takes more.
DOCUMENT_MEMORY_BYTES = 96 * MEGABYTE
WRITTEN_BYTES = 32 * MEGABYTE

IMAGE_PIXELS = 25_000_000
# Its decoder holds the picture three times over.
WEBP_PIXELS = 16_000_000
# JPEG is halved while it is decoded, so that photos of new phones fit.
JPEG_PIXELS = 52_000_000
THUMBNAIL_SIDE = 480

ZIP_ENTRIES = 3000
ZIP_UNPACKED_BYTES = 100 * MEGABYTE
# Below this size any ratio does no harm; tables of equal cells reach a hundred.
ZIP_RATIO_MATTERS_FROM = 10 * MEGABYTE
ZIP_RATIO = 150
NAME_LENGTH = 240

PDF_OBJECTS = 150_000
PDF_STREAM_BYTES = 400 * MEGABYTE
PDF_IMAGE_PIXELS = 200_000_000
PDF_SLACK_BYTES = 1024

# What is read of a workbook whose rows become listings' content; longer cells are cut.
SHEET_ROWS, SHEET_COLUMNS, CELL_LENGTH = 500, 20, 400
