"""What a life leaves unfinished is buried, what it has not read is there for the next."""

import trio

from bitten.mailbox import Bounded
from bitten.nursery import Buried, Child, Restart, at_once
from tests.nursery.stage import Boom, Stage


def actor(mailbox: Bounded[str], handled: list[str]) -> Child:
    """Crashes at "bad", takes an hour for "slow", ends at "bye"."""

    async def body() -> None:
        async for message in mailbox:
            if message == "bad":
                raise Boom
            if message == "slow":
                await trio.sleep(3600)
            handled.append(message)
            if message == "bye":
                return

    return Child("actor", at_once(body), Restart.TRANSIENT, mailbox=mailbox)


async def test_the_message_in_hand_at_a_crash_goes_to_the_dead_letters(stage: Stage) -> None:
    mailbox, handled = Bounded[str]("actor", 10), list[str]()
    for message in ("one", "bad", "two"):
        mailbox.post(message)
    await stage.run_for(1, stage.supervisor(actor(mailbox, handled)))
    (letter,) = stage.dead_letters
    assert (letter.actor, letter.message, letter.error, letter.time) == ("sup/actor", "bad", "Boom()", stage.begun)
    assert [event.letter for event in stage.of(Buried)] == [letter]
    assert handled == ["one", "two"]


async def test_what_is_posted_between_two_lives_is_read_by_the_next(stage: Stage) -> None:
    mailbox, handled = Bounded[str]("actor", 10), list[str]()
    mailbox.post("bye")
    supervisor = stage.supervisor(actor(mailbox, handled))
    await stage.run_for(1, supervisor)
    mailbox.post("one")
    await stage.run_for(1, supervisor)
    assert handled == ["bye", "one"]


async def test_a_message_that_a_stop_interrupts_is_buried(stage: Stage) -> None:
    mailbox, handled = Bounded[str]("actor", 10), list[str]()
    mailbox.post("slow")
    await stage.run_for(1, stage.supervisor(actor(mailbox, handled)))
    assert [(letter.message, letter.error) for letter in stage.dead_letters] == [("slow", "stopped")]
    assert handled == []


async def test_a_life_that_returns_has_finished_with_its_message(stage: Stage) -> None:
    mailbox, handled = Bounded[str]("actor", 10), list[str]()
    mailbox.post("bye")
    await stage.run_for(1, stage.supervisor(actor(mailbox, handled)))
    assert (handled, stage.dead_letters.count, mailbox.statistics().in_hand) == (["bye"], 0, 0)


async def test_a_stop_between_two_messages_buries_nothing(stage: Stage) -> None:
    mailbox, handled = Bounded[str]("actor", 10), list[str]()
    mailbox.post("one")
    await stage.run_for(1, stage.supervisor(actor(mailbox, handled)))
    assert (handled, stage.dead_letters.count) == (["one"], 0)


async def test_statistics_show_the_mailbox(stage: Stage) -> None:
    mailbox = Bounded[str]("actor", 10)
    mailbox.post("one")
    supervisor = stage.supervisor(actor(mailbox, []))
    assert [child.mailbox for child in supervisor.statistics().children] == [mailbox.statistics()]
