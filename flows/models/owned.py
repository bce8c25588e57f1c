"""Who may look at a thing and who may change it: one rule for topologies and executions.

| viewer | looks at | finds in lists | changes |
|---|---|---|---|
| `None`: the one local owner of an installation without accounts | everything | everything | everything but examples |
| a user | her own, what is public, examples | her own, examples | her own |
| an anonymous visitor | what is public, examples | examples | nothing |

What is public is shared by its link: whoever has that may look. Were it in the lists, everybody had everybody's links.

Whether an installation has accounts is not known here: the web side passes `None` for its local owner and an
`AnonymousUser` for a visitor who has not logged in. A thing without an owner belongs to the installation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Viewer = AbstractBaseUser | AnonymousUser | None


class Visibility(models.TextChoices):
    PRIVATE = "private"
    PUBLIC = "public"


class OwnedQuerySet(models.QuerySet[Any]):
    def listed_for(self, viewer: Viewer) -> Self:
        if viewer is None:
            return self.all()
        if not viewer.is_authenticated:
            return self.filter(self.model.listed_for_all())
        return self.filter(self.model.listed_for_all() | Q(owner_id=viewer.pk))


class Owned(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    visibility = models.CharField(max_length=16, choices=Visibility, default=Visibility.PRIVATE)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def listed_for_all(cls) -> Q:
        return Q(pk__in=[])

    @property
    def is_open_to_all(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def is_read_only(self) -> bool:
        return False

    def is_visible_to(self, viewer: Viewer) -> bool:
        return self.is_open_to_all or self._belongs_to(viewer)

    def may_be_changed_by(self, viewer: Viewer) -> bool:
        return not self.is_read_only and self._belongs_to(viewer)

    def _belongs_to(self, viewer: Viewer) -> bool:
        if viewer is None:
            return True
        return bool(viewer.is_authenticated) and self.owner_id is not None and self.owner_id == viewer.pk
