import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# Matches are derived: their reasons change form, so every list is made anew by the workers.
SCORE_ANEW = """
UPDATE catalog_listing
SET wanted_version = wanted_version + 1, wanted_at = now(), spread_version = 0
WHERE id IN (
    SELECT need_id FROM matchmaking_match UNION SELECT solution_id FROM matchmaking_match
);
DELETE FROM matchmaking_match;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_main_catalogue"),
        ("matchmaking", "0002_first_weights"),
    ]

    operations = [
        migrations.RunSQL(SCORE_ANEW, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="match",
            name="match_need_list",
        ),
        migrations.RemoveIndex(
            model_name="match",
            name="match_solution_list",
        ),
        migrations.RemoveIndex(
            model_name="matchrun",
            name="match_run_open",
        ),
        migrations.RemoveField(
            model_name="match",
            name="public_id",
        ),
        migrations.RemoveField(
            model_name="match",
            name="run",
        ),
        migrations.RemoveField(
            model_name="matchrun",
            name="exclusions",
        ),
        migrations.RemoveField(
            model_name="matchrun",
            name="public_id",
        ),
        migrations.AddField(
            model_name="match",
            name="own_weights",
            field=models.BooleanField(default=False, verbose_name="需方自定权重"),
        ),
        migrations.AddField(
            model_name="match",
            name="ruled_out",
            field=models.BooleanField(default=False, verbose_name="已被需方条件排除"),
        ),
        migrations.AddField(
            model_name="match",
            name="vendor_key",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="matchrun",
            name="placed",
            field=models.PositiveIntegerField(
                db_default=0, default=0, verbose_name="更新的对方列表"
            ),
        ),
        migrations.AddField(
            model_name="matchrun",
            name="written",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="写入匹配"),
        ),
        migrations.AlterField(
            model_name="match",
            name="corpus",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="matchmaking.corpusstatistics",
                verbose_name="语料统计",
            ),
        ),
        migrations.AlterField(
            model_name="match",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="创建时间"
            ),
        ),
        migrations.AlterField(
            model_name="match",
            name="need",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="matches",
                to="catalog.need",
                verbose_name="需求",
            ),
        ),
        migrations.RemoveField(
            model_name="match",
            name="reasons",
        ),
        migrations.AddField(
            model_name="match",
            name="reasons",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="match",
            name="solution",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="matches",
                to="catalog.solution",
                verbose_name="解决方案",
            ),
        ),
        migrations.AlterField(
            model_name="match",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="更新时间"
            ),
        ),
        migrations.AlterField(
            model_name="match",
            name="weight_set",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="matchmaking.weightset",
                verbose_name="权重集",
            ),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="corpus",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="matchmaking.corpusstatistics",
                verbose_name="语料统计",
            ),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="创建时间"
            ),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="engine_version",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=20, verbose_name="引擎版本"
            ),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="error",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="错误"
            ),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="kept",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="保留匹配"),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="listing",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="match_runs",
                to="catalog.listing",
                verbose_name="条目",
            ),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="reason",
            field=models.CharField(
                choices=[
                    ("submitted", "提交"),
                    ("published", "发布"),
                    ("edited", "内容变更"),
                    ("counterpart", "对方变更"),
                    ("requested", "人工重算"),
                    ("swept", "补漏"),
                    ("withdrawn", "下架"),
                    ("reinstated", "恢复"),
                ],
                max_length=12,
                verbose_name="原因",
            ),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="recalled",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="候选数"),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="ruled_out",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="排除数"),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="scored",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="已评分"),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "等待中"),
                    ("running", "评分中"),
                    ("done", "已完成"),
                    ("superseded", "已被取代"),
                    ("failed", "失败"),
                ],
                db_default="waiting",
                default="waiting",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="used_vectors",
            field=models.BooleanField(db_default=True, default=True, verbose_name="使用向量"),
        ),
        migrations.AlterField(
            model_name="matchrun",
            name="weight_set",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="matchmaking.weightset",
                verbose_name="权重集",
            ),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                models.F("need"),
                models.OrderBy(models.F("rank_key"), descending=True),
                models.OrderBy(models.F("total"), descending=True),
                models.F("solution"),
                condition=models.Q(("in_need_list", True)),
                name="match_need_list",
            ),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                models.F("solution"),
                models.OrderBy(models.F("vendor_key"), descending=True),
                models.F("need"),
                condition=models.Q(("in_solution_list", True)),
                name="match_solution_list",
            ),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                condition=models.Q(("in_need_list", True)),
                fields=["solution"],
                name="match_holders",
            ),
        ),
        migrations.AddIndex(
            model_name="matchrun",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "running", "failed"])),
                fields=["listing", "wanted_version"],
                name="match_run_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_need_list", True), ("in_solution_list", True), _connector="OR"
                ),
                name="match_in_some_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_need_list", False), ("ruled_out", False), _connector="OR"),
                name="match_ruled_out_of_need_list",
            ),
        ),
    ]
