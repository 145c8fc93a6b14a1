//! A person's way through the pages.

use crate::chromium::{Browser, Scripts};
use crate::house::PASSWORD;
use crate::stage::{ADA, SUBMIT, Stage, is_signed_in, type_credentials};

#[test]
fn a_person_registers_signs_in_sees_every_session_and_ends_them() {
    walk(Scripts::On);
}

#[test]
fn all_of_it_works_without_scripts() {
    walk(Scripts::Off);
}

fn walk(scripts: Scripts) {
    let (Some(desk), Some(phone)) = (Browser::open_with(scripts), Browser::open_with(scripts)) else { return };
    let stage = Stage::open();

    desk.go(&stage.at("/"));
    desk.follow("main a[href='/register']");
    assert_eq!(desk.has("[data-password] button"), scripts == Scripts::On, "only a script adds the button that shows a password");
    desk.fill("#email", ADA);
    desk.fill("#name", "Ada");
    desk.fill("#password", PASSWORD);
    desk.follow(SUBMIT);
    assert_eq!(desk.path(), "/account");
    assert!(desk.text("main").contains(ADA));

    desk.follow("nav a[href='/account/sessions']");
    assert_eq!((desk.count(".session"), desk.text(".session .here").as_str()), (1, "this one"));

    phone.go(&stage.at("/"));
    phone.follow("main a[href='/login']");
    type_credentials(&phone, ADA);
    phone.click("[name=remember]");
    phone.follow(SUBMIT);
    assert_eq!(phone.path(), "/account");

    desk.reload();
    assert_eq!((desk.count(".session"), desk.count(".session details")), (2, 1));
    desk.click(".session summary");
    desk.follow(".session details[open] button");
    assert!(desk.path().starts_with("/account/sessions?ended="), "{}", desk.path());
    assert_eq!((desk.text(".receipt h2").as_str(), desk.count(".session")), ("You signed out a browser", 1));
    assert!(!is_signed_in(&stage, &phone), "the other browser is refused at once");
    assert!(is_signed_in(&stage, &desk));

    for other in [&phone, &desk] {
        if other.path().starts_with("/login") {
            type_credentials(other, ADA);
            other.follow(SUBMIT);
        }
    }
    desk.go(&stage.at("/account/sessions"));
    desk.click(".title-row summary");
    desk.follow(".title-row button");
    assert_eq!((desk.text(".receipt h2").as_str(), desk.count(".session")), ("You signed out the other session", 1));
    assert!(!is_signed_in(&stage, &phone));

    desk.follow("header a[href='/logout']");
    assert_eq!(desk.text("h1"), "Sign out here?");
    assert!(is_signed_in(&stage, &desk), "asking ends nothing");
    desk.go(&stage.at("/logout"));
    desk.follow(SUBMIT);
    assert_eq!((desk.path().as_str(), desk.text("h1").as_str()), ("/logout", "You are signed out"));
    assert!(desk.cookies().iter().all(|cookie| cookie["name"] != "__Host-Http-cloakroom"));
    assert!(!is_signed_in(&stage, &desk));
}

#[test]
fn a_password_change_signs_out_everywhere_else() {
    let (Some(desk), Some(phone)) = (Browser::open(), Browser::open()) else { return };
    let stage = Stage::with_ada();
    stage.sign_in(&desk);
    stage.sign_in(&phone);
    let new = "another staple for the battery";
    desk.fill("#current_password", PASSWORD);
    desk.fill("#new_password", new);
    desk.follow(SUBMIT);
    assert_eq!(desk.path(), "/account?password=changed");
    assert_eq!(desk.text(".notice h2"), "Your password is changed");
    assert!(!is_signed_in(&stage, &phone));
    phone.fill("#email", ADA);
    phone.fill("#password", PASSWORD);
    phone.follow(SUBMIT);
    assert_eq!(phone.status(), 401);
    phone.fill("#password", new);
    phone.follow(SUBMIT);
    assert_eq!(phone.path(), "/account");
}

#[test]
fn a_sign_in_leads_to_where_one_was_going_and_never_to_another_site() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    for (asked, reached) in [
        ("/account/sessions", "/account/sessions"),
        ("/login?return_to=%2Fproblems%3Fx%3D1", "/problems?x=1"),
        ("/login?return_to=//evil.example", "/account"),
        ("/login?return_to=https://evil.example/", "/account"),
        ("/login?return_to=/%5Cevil.example", "/account"),
        ("/login?return_to=%2F%09%2Fevil.example", "/account"),
        ("/login?return_to=a&return_to=%2Fproblems", "/account"),
    ] {
        browser.go(&stage.at(asked));
        type_credentials(&browser, ADA);
        browser.follow(SUBMIT);
        assert_eq!(browser.url(), stage.at(reached), "{asked}");
        browser.go(&stage.at("/logout"));
        browser.follow(SUBMIT);
    }
    browser.go(&stage.at("/account/sessions"));
    browser.follow("main a[href^='/register']");
    browser.fill("#email", "bob@example.org");
    browser.fill("#password", PASSWORD);
    browser.follow(SUBMIT);
    assert_eq!(browser.path(), "/account/sessions", "the way is kept from one door to the other");
}

#[test]
fn the_session_one_is_in_ends_by_signing_out() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    stage.house.sign_in(ADA, "token");
    stage.sign_in(&browser);
    browser.go(&stage.at("/account/sessions"));
    browser.run(
        "const own = document.querySelector('.here').closest('.session').id.slice(2);
         document.querySelector('[name=session]').value = own;
         document.querySelector('.session details').open = true",
    );
    browser.follow(".session details[open] button");
    assert_eq!((browser.path().as_str(), browser.text("h1").as_str()), ("/logout", "Sign out here?"));
    assert!(is_signed_in(&stage, &browser));
}
