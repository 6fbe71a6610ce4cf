"""Tags: put on and taken off in a conversation, and the list that a supervisor keeps in order."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox.answering import tags
from inbox.answering.conversations import ConversationView
from inbox.models import ConversationState, Tag
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.conversation import show
from inbox.web.glances import glance
from inbox.web.rendering import Answer, page

screen = Blueprint("tags", __name__)


@screen.get("/tags")
@access.needs(Permission.QUEUE_VIEW)
def index(problem: str | None = None, tag_id: int | None = None) -> Answer:
    """Every tag, with how many conversations have it.

    Args:
        problem: why what was asked of the tag `tag_id` was not done.
    """
    return page(
        "tags/index.html",
        tags=tags.list_tags(g.actor),
        retired=tags.list_tags(g.actor, retired=True),
        problem=problem,
        problem_at=tag_id,
    )


@screen.post("/tags/<int:tag_id>/rename")
@access.needs(Permission.TAGS_CHANGE)
@rendering.told_on(index)
def rename(tag_id: int) -> Answer:
    """Call it otherwise, wherever it stands."""
    tags.rename(g.actor, tag_id, request.form.get("name", ""))
    return rendering.done("tags.index", "tag_renamed")


@screen.post("/tags/<int:tag_id>/retire")
@access.needs(Permission.TAGS_CHANGE)
@rendering.told_on(index)
def retire(tag_id: int) -> Answer:
    """Offer it no more."""
    tags.retire(g.actor, tag_id)
    return rendering.done("tags.index", "tag_retired")


@screen.post("/tags/<int:tag_id>/bring-back")
@access.needs(Permission.TAGS_CHANGE)
@rendering.told_on(index)
def bring_back(tag_id: int) -> Answer:
    """Offer it again."""
    tags.bring_back(g.actor, tag_id)
    return rendering.done("tags.index", "tag_brought_back")


@screen.post("/conversations/<int:conversation_id>/tags")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def put_on(conversation_id: int) -> Answer:
    """Put a tag on a conversation."""
    tags.put_on(g.actor, conversation_id, request.form.get("tag", ""))
    return rendering.done("conversation.index", "tag_is_on", conversation_id=conversation_id)


@screen.post("/conversations/<int:conversation_id>/tags/<int:tag_id>/off")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def take_off(conversation_id: int, tag_id: int) -> Answer:
    """Take a tag off."""
    tags.take_off(g.actor, conversation_id, tag_id)
    return rendering.done("conversation.index", "tag_is_off", conversation_id=conversation_id)


def on_rows(author_ids: list[int], state: ConversationState) -> dict[int, tuple[str, ...]]:
    """The names of the tags on rows of the queue, by author."""
    if not g.around.tagged:
        return {}
    return tags.of_rows(g.actor, author_ids, state)


@screen.app_template_global()
def tags_of(view: ConversationView) -> list[Tag]:
    """The tags of a conversation."""
    return tags.of_conversation(g.actor, view.conversation.id) if view.at_hand.tagged else []


@screen.app_template_global()
def tags_offered() -> list[tags.ShownTag]:
    """The tags that fields offer."""
    return glance("tags", lambda: tags.list_tags(g.actor, most=tags.MOST_OFFERED))
