from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('flows', '0004_written_json'),
    ]

    operations = [
        migrations.AddField(
            model_name='tracechunk',
            name='totals',
            field=models.BinaryField(default=b'', help_text='its share of what is counted (`flows.traces.totals`); empty: not known yet'),
        ),
        migrations.AddField(
            model_name='tracechunk',
            name='lasting',
            field=models.BinaryField(default=b'', help_text='records of it that matter at any later instant; JSON'),
        ),
    ]
