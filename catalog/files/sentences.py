"""Why a file was refused, in words that say what to do instead."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from catalog.files.verdict import RefusedFile

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: Mapping[str, "_StrPromise"] = {
    "empty": _("文件是空的，请重新选择文件。"),
    "too_large": _("文件超过 %(megabytes)s MB，请压缩或拆分后再上传。"),
    "unknown_type": _(
        "不支持这种文件。可上传 JPG、PNG、WebP、PDF、DOCX、XLSX、PPTX、TXT 和 CSV 文件。"
    ),
    "extension": _(
        "扩展名“%(extension)s”与文件内容（%(type)s）不符，请用原来的程序重新保存后再上传。"
    ),
    "program": _("这是程序或脚本，不能上传。请上传说明文档或图片。"),
    "markup": _("文件里有网页或脚本代码（如 HTML、SVG、XML），不能上传。请导出为 PDF 或图片。"),
    "old_office": _("这是旧版或加密的 Office 文件，请取消密码并另存为 DOCX、XLSX 或 PPTX。"),
    "rich_text": _("不支持 RTF，请另存为 DOCX 或 PDF。"),
    "archive": _("不支持压缩包，请解压后逐个上传其中的文件。"),
    "other_image": _("不支持这种图片或视频（如 GIF、BMP、TIFF、HEIC、MP4），请另存为 JPG 或 PNG。"),
    "drawing": _("暂不支持 DWG、STEP 等图纸格式，请导出为 PDF。"),
    "damaged": _("文件已损坏或不完整，请用原来的程序打开后重新保存。"),
    "too_heavy": _("打开这个文件耗费的时间或内存过多，请简化或拆分后再上传。"),
    "bomb": _("文件展开后过大，请缩小内容后重新保存。"),
    "second_file": _("文件里藏着另一个文件，请用原来的程序重新保存后再上传。"),
    "encrypted": _("文件有密码或加密，请取消密码后再上传。"),
    "too_many_pixels": _(
        "图片有 %(width)s × %(height)s 像素，超过 %(most)s 百万像素，请缩小后再上传。"
    ),
    "animated": _("不支持动图，请上传静态图片。"),
    "before_pdf": _("PDF 的开头有多余内容，请重新导出为 PDF。"),
    "after_end": _("PDF 的结尾之后还有内容，请重新导出为 PDF。"),
    "pdf_script": _("PDF 里有脚本（JavaScript），请用“打印为 PDF”重新导出。"),
    "pdf_action": _("PDF 里有会自动执行或打开外部内容的动作，请用“打印为 PDF”重新导出。"),
    "pdf_form": _("不支持 XFA 表单，请用“打印为 PDF”重新导出。"),
    "pdf_embedded": _("PDF 里有内嵌的附件，请去掉附件并单独上传。"),
    "pdf_media": _("PDF 里有音视频或三维内容，请用“打印为 PDF”重新导出。"),
    "macro": _("文件里有宏或控件，请另存为不含宏的 DOCX、XLSX 或 PPTX。"),
    "embedded_object": _("文件里有嵌入的对象或数据连接，请删除后再上传，或导出为 PDF。"),
    "external_link": _(
        "文件会从外部读取内容（外部链接、模板或域），请断开链接后再上传，或导出为 PDF。"
    ),
    "xml_entities": _("文件里有外部实体或文档类型声明，请用 Office 或 WPS 重新保存。"),
    "strange_part": _("文件里有不该有的内容（%(name)s），请用 Office 或 WPS 重新保存。"),
    "zip_path": _("文件内部的路径不合规，请用 Office 或 WPS 重新保存。"),
    "zip_doubled": _("文件内部有重名的内容，请用 Office 或 WPS 重新保存。"),
    "text_encoding": _("无法识别文字编码，请另存为 UTF-8 编码。"),
    "not_text": _("这不是纯文本：里面有控制字符。请另存为 UTF-8 文本或导出为 PDF。"),
    "not_a_workbook": _("请上传 XLSX 工作簿；旧版 XLS 请另存为 XLSX。"),
    "too_many_rows": _("工作表超过 %(most)s 行，请拆分后再上传。"),
    "csv_formula": _("CSV 里有以 =、@、+、- 开头的公式，请改为数值或文字。"),
}


def sentence(refusal: RefusedFile) -> str:
    return str(SENTENCES[refusal.code]) % refusal.told
