from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0002_regional_administrator"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("police_clerk", "Police clerk"),
                    ("practitioner", "Practitioner"),
                    ("idva", "IDVA"),
                    ("marac_coordinator", "MARAC co-ordinator"),
                    ("marac_chair", "MARAC chair"),
                    ("marac_representative", "MARAC representative"),
                    ("agency_lead", "Agency lead"),
                    ("regional_administrator", "Regional administrator"),
                    ("analyst", "Analyst"),
                    ("link_reviewer", "Link reviewer"),
                    ("information_governance", "Information governance"),
                    ("administrator", "Administrator"),
                ],
                max_length=30,
            ),
        ),
    ]
