"""The generated pictures and emblems: right size, repeatable, different by key and accent."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from cms.demo.names import load
from cms.demo.pictures import SCENES, emblem, picture

RED, BLUE = "#a3194b", "#1257a6"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_every_scene_is_drawn_in_colour(scene: str) -> None:
    image = opened(picture(f"{scene}-1", RED, 600, 400))
    assert image.format == "JPEG"
    assert image.size == (600, 400)
    assert min(ImageStat.Stat(image).stddev) > 15
    assert len(image.resize((60, 40)).getcolors(2400) or []) > 200


def test_the_default_size_is_1200_by_800() -> None:
    assert opened(picture("lotus-1", RED)).size == (1200, 800)


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_the_same_key_gives_the_same_bytes(scene: str) -> None:
    assert picture(f"{scene}-2", BLUE, 300, 200) == picture(f"{scene}-2", BLUE, 300, 200)


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_another_number_gives_another_view(scene: str) -> None:
    assert len({picture(f"{scene}-{n}", RED, 300, 200) for n in range(1, 9)}) == 8


def test_the_accent_tints_the_picture() -> None:
    red, blue = (
        opened(picture("delta-1", RED, 300, 200)),
        opened(picture("delta-1", BLUE, 300, 200)),
    )
    assert ImageChops.difference(red, blue).getbbox() is not None


def test_keys_without_a_scene_reach_many_scenes() -> None:
    views = {picture(f"key {n}", RED, 90, 60) for n in range(30)}
    assert len(views) == 30


def test_the_texts_use_exactly_the_scenes_that_can_be_drawn() -> None:
    assert set(load("scenes")) == set(SCENES)
    assert len(SCENES) >= 10


def test_an_emblem_is_round_on_a_transparent_ground() -> None:
    image = opened(emblem("tinh", RED))
    assert image.format == "PNG"
    assert image.mode == "RGBA"
    assert image.size == (512, 512)
    alpha = image.getchannel("A")
    assert alpha.getpixel((2, 2)) == 0
    assert alpha.getpixel((256, 256)) == 255


def test_emblems_repeat_and_differ_by_key() -> None:
    assert emblem("so-y-te", BLUE, 128) == emblem("so-y-te", BLUE, 128)
    assert len({emblem(f"key-{n}", BLUE, 64) for n in range(12)}) >= 10
